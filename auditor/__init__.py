"""Composes: configuration, pipeline, snapshots, reports, command line, simulated tenant."""

__version__ = "0.1.0"
