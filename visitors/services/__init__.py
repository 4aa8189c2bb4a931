"""What is done to visitors: each function is one transaction."""
