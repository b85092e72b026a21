"""Reading documents in a child process, also those that attack their reader."""
