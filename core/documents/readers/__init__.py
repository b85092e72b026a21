"""One reader per kind of file; imported by the child process only, and only when needed."""
