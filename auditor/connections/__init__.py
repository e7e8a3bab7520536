"""From the configuration to a session with every server: who signs in where, and how.

What is then asked of a server stands in `connectors`.
"""
