"""Reads of BOM approvals, by subject."""
