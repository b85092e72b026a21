"""The department's given paths, by subject."""
