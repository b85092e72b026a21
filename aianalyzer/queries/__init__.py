"""Reads of the analyzer."""
