"""HTTP of visitors."""
