"""Reads the outside, read-only, and states facts. Never judges."""
