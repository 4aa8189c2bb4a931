"""Notifications: zones, campaigns, decisions, the outbox, and the transports that deliver it."""
