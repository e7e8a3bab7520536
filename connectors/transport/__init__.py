"""One policy for every request: TLS, retries, limits, redaction, the read-only guard.

It knows no API.
"""
