"""One module for each command, imported when it is called. Nothing heavy at their tops."""
