"""Operators of venues."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from accounts.core.roles import KeyLimits, Role


class User(AbstractUser):
    """A person who manages venues. Visitors never are users."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    preferred_language = models.CharField(max_length=8, default="en")

    class Meta:
        ordering: ClassVar = ["username"]


class ApiKey(models.Model):
    """A key by which a program acts for an operator, in one venue and role alone where it says so.

    The key itself is stored nowhere. It never opens more than the operator may.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=120)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 in hex of the key."""
    venue_id = models.UUIDField(null=True, editable=False)
    """The only venue that it opens. No foreign key: venues lie above accounts, and a key to a venue that is gone opens nothing."""
    role = models.CharField(max_length=16, null=True, editable=False, choices=[(role, role) for role in Role])  # noqa: DJ001  # no role isn't an empty one
    """The most that it may do."""
    created_at = models.DateTimeField(editable=False)
    last_used_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = "API key"
        ordering: ClassVar = ["user", "name"]

    def __str__(self) -> str:
        return self.name

    def limits(self) -> KeyLimits:
        """Return what the key is narrowed to."""
        return KeyLimits(self.key_hash, self.venue_id, Role(self.role) if self.role else None)
