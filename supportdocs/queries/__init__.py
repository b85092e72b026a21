"""Reads of support documents."""
