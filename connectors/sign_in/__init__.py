"""Signs requests in, a file for each method. It reads nothing but tokens."""
