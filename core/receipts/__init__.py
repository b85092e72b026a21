"""Proof of a decision that holds without EMS: signed receipts, their keys, their paper sheet."""
