"""Kills, races and broken lines: docs/threats.md#invariants must hold whatever happens."""
