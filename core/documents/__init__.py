"""What stands in a document: text, tables and pages, read in a child process with limits."""
