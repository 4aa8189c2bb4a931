"""HTTP of venues."""
