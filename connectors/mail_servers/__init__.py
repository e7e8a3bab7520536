"""Recognises and probes the mail servers that profiles point to."""
