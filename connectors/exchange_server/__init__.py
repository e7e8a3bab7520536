"""Reads Exchange Server: its product and build, and whether mailboxes open.

Which hosts it asks is handed to it.
"""
