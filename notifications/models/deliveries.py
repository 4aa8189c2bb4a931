"""The outbox: messages on their way to endpoints, and what is known of the providers that carry them."""

import uuid
from typing import ClassVar

from django.db import models

from notifications.core.provider import Gate
from notifications.models.messages import VisitorMessage


class DeliveryState(models.TextChoices):
    PENDING = "pending"
    LEASED = "leased"
    ACCEPTED = "accepted"
    RETRY = "retry"
    DEAD = "dead"
    EXPIRED = "expired"


OPEN_DELIVERY_STATES = (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.RETRY)


class Delivery(models.Model):
    """A message on its way to one endpoint: a row of the outbox."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(VisitorMessage, models.CASCADE, related_name="deliveries")
    transport = models.CharField(max_length=10)
    endpoint = models.CharField(max_length=80)
    """What the transport reaches: the visitor's live group, or the id of a device."""
    provider = models.CharField(max_length=20)
    """Whose service carries it (core/provider.py): deliveries wait together while it is down."""
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    """For a leased one the end of its lease: then whoever comes first may take it."""
    lease_id = models.UUIDField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering: ClassVar = ["next_attempt_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "transport", "endpoint"], name="one_delivery_an_endpoint")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state__in=OPEN_DELIVERY_STATES), name="due_deliveries"
            ),
            models.Index(fields=["lease_id"], name="leased_deliveries"),
        ]

    def __str__(self) -> str:
        return f"{self.transport}: {self.state}"


class ProviderGate(models.Model):
    """What all workers know of a push provider: a row of `core.provider.Gate`. Without a row nothing is known yet."""

    provider = models.CharField(primary_key=True, max_length=20)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    shut_count = models.PositiveIntegerField(default=0)
    shut_until = models.DateTimeField(null=True)
    recovered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.provider

    def value(self) -> Gate:
        return Gate(self.tokens, self.filled_at, self.failures, self.shut_count, self.shut_until, self.recovered_at)
