"""What the domain name system and the sign-in service tell anybody about hosts and mail domains."""
