"""HTTP vocabulary shared by every app's `api`."""
