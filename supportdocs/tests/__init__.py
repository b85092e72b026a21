"""Tests of support documents."""
