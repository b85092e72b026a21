"""Accounts of machines: named tokens with scopes, addresses and an end; and who called without one."""
