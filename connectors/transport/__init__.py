"""One policy for every request: TLS, retries, limits, redaction, the read-only guard.

It knows no API. What may be asked at all stands in `guard/`.
"""
