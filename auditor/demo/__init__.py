"""A simulated tenant: real protocols on loopback, for trying, testing and learning."""
