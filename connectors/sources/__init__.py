"""What a source is, its reader, how its reading ended, and the catalogue of all.

It knows no server.
"""
