"""Tests of notices and the live stream."""
