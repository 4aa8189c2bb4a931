"""The pure core of notifications: zones, visits, campaigns, deciding, messages, retries (CAMPAIGNS.md)."""
