"""Makes facts of records, a file for each subject. Nothing here reads from a server."""
