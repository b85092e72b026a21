"""Reads of what is said about records."""
