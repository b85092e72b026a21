"""Attacks of security-and-faults.md B.4 and what they must meet."""
