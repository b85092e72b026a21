"""Tests of BOM approvals."""
