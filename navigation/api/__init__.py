"""HTTP of navigation."""
