"""Operators: the people and programs that manage venues, their roles and API keys."""
