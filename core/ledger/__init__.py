"""Rows written in the same transaction as the change they speak of."""
