"""What is closed and what the compiler got wrong, in the admin."""

from navigation.admin.said import ClosureAdmin, OverrideAdmin

__all__ = ["ClosureAdmin", "OverrideAdmin"]
