"""Visitors, what they consented to, and the devices that messages reach them on. Nothing here names a person."""

import uuid
from typing import ClassVar, Literal

from django.db import models

from visitors.core.consent import Purpose


class Visitor(models.Model):
    """An anonymous session on one or more devices of one person. It is known by its bearer token alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """What the visitor is called wherever anyone can read it: another one every day, and the last one is kept nowhere."""
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 in hex of the bearer token; the token itself is stored nowhere."""
    language = models.CharField(max_length=35)  # BCP 47 (RFC 5646, section 4.4.1) recommends room for 35 characters
    profile = models.CharField(max_length=40)
    tags = models.JSONField(default=list)
    """What the visitor's app says of them, for the audiences of campaigns: such as "member" or "parking_p2"."""
    time_zone = models.CharField(max_length=50, blank=True)
    """The IANA time zone that the visitor's quiet hours are in; blank: each venue's own."""
    created_at = models.DateTimeField()
    last_seen_on = models.DateField(db_index=True)
    """A date, not an instant: it says when a visitor may be forgotten, and no more about their day."""
    granted = models.JSONField(default=list)
    """The purposes that the consent ledger says are granted now: written with each line of it, read with every batch."""
    message_seq = models.PositiveBigIntegerField(default=0)
    """The number of the visitor's newest message."""

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return str(self.pseudonym)

    @property
    def is_authenticated(self) -> Literal[True]:
        """A visitor is `request.user` of the requests that bear its token."""
        return True


class ConsentEntry(models.Model):
    """One line of the ledger: a purpose was granted or withdrawn at an instant. Lines are only ever added."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="consent_ledger")
    purpose = models.CharField(max_length=20, choices=[(purpose.value, purpose.value) for purpose in Purpose])
    granted = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["visitor", "purpose", "-id"], name="newest_consent")]

    def __str__(self) -> str:
        return f"{self.purpose} {'granted' if self.granted else 'withdrawn'}"


class VisitorCode(models.Model):
    """The code that a visitor shows now, and reads out to an operator who is to help."""

    visitor = models.OneToOneField(Visitor, on_delete=models.CASCADE, primary_key=True, related_name="code")
    code = models.CharField(max_length=9, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.expires_at:%H:%M}"


class DeviceKind(models.TextChoices):
    """Which service carries messages to a device."""

    FCM = "fcm"
    WEBPUSH = "webpush"


class Device(models.Model):
    """An endpoint that messages to a visitor can be pushed to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="devices")
    kind = models.CharField(max_length=10, choices=DeviceKind.choices)
    token = models.TextField(blank=True)
    """The registration token of Firebase Cloud Messaging, where the kind is fcm."""
    subscription = models.JSONField(null=True, blank=True)
    """`PushSubscription.toJSON()` of the browser, where the kind is webpush."""
    endpoint_hash = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 in hex of the kind and the token or endpoint: one endpoint belongs to one visitor, the last to claim it."""
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.endpoint_hash[:8]}"
