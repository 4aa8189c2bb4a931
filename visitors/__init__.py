"""Visitors: anonymous sessions, their devices and their consent. Nothing here names a person."""
