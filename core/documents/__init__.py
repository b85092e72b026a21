"""Readers of documents: text, tables and pages, in a child process with limits."""
