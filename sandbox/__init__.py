"""Stand-ins for the outside systems, for development and tests only.

Imports nothing but Python's own library, and nothing of ours imports it. Every
account's password is the one in ``data/login.json``: it opens nothing real.
"""
