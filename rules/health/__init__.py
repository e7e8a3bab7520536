"""Rules on what keeps synchronization healthy, one a file."""
