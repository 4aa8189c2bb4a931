"""What is done to operators' accounts."""
