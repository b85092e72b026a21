"""Pages of the changes, by subject."""
