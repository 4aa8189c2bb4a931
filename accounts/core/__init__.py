"""What roles are, and what each may do."""
