"""What is said of the rules: their pages, examples, needs and sources.

Data and generated documentation; nothing here judges or reads a server.

Modules without a test file of their own name: tested in `tests/auditor/catalogue/test_docs.py`.
"""
