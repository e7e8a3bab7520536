"""Measures the program beside what it could be compared with: run `python -m benchmarks`."""
