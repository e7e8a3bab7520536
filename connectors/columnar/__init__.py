"""Pages of rows as columns in few bytes. Nothing here knows what a column means."""
