"""Kills, races and broken lines: what must hold whatever happens (security-and-faults.md C)."""
