"""The pure core of visitors: consent."""
