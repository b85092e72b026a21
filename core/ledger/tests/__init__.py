"""Tests of events, answers and deliveries."""
