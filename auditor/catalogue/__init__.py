"""What is said of the rules: their pages, examples, needs and sources.

Data and generated documentation; nothing here judges or reads a server.
"""
