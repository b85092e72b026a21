"""Reads of planned work."""
