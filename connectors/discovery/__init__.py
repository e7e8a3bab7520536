"""Reads which organisations there are. No records of an organisation are read here."""
