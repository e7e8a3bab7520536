"""Rules on retirements and ends of support, one a file."""
