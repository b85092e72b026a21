"""Tests that belong to no single app."""
