"""The pure core of notifications: zones, campaigns, deciding."""
