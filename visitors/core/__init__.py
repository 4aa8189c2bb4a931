"""The pure core of visitors: consent and sealing."""
