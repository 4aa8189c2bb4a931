"""Operators of venues."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who manages venues. Visitors never are users."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    preferred_language = models.CharField(max_length=8, default="en")

    class Meta:
        ordering: ClassVar = ["username"]


class ApiKey(models.Model):
    """A key by which a program acts for an operator. The key itself is stored nowhere."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=120)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 in hex of the key."""
    created_at = models.DateTimeField(editable=False)
    last_used_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = "API key"
        ordering: ClassVar = ["user", "name"]

    def __str__(self) -> str:
        return self.name
