"""What comes before the first audit: a configuration, its accesses, other organisations."""
