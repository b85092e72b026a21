"""Tests of changes and their setup."""
