"""Reads a Dynamics 365 organisation over its Web API."""
