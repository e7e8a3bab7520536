"""Rules that decide the statements of the support documents, one a file."""
