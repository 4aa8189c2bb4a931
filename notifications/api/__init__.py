"""HTTP of notifications."""
