"""Starts, builds and tests EMS; runs before Django has its settings."""
