"""Reads of the department, by subject."""
