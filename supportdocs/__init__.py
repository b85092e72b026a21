"""Documents and the jobs they support."""
