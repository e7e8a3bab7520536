"""Reads Exchange Server: product and build, and what its mailboxes answer."""
