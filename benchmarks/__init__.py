"""Measurements, run by hand; results with machine and command stand in docs/benchmarks.md."""
