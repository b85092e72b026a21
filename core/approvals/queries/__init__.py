"""Reads of rules, rounds and substitutions."""
