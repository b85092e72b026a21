"""The attacks of docs/threats.md#attacks, and what they must meet."""
