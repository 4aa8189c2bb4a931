"""Devices that messages are pushed to: registered, and given up."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from visitors import models
from visitors.errors import DeviceNotFound
from visitors.services.endpoints import refuse_private


def endpoint_hash(kind: str, address: str) -> str:
    """Return what makes an endpoint unique: `address` is the FCM token or the endpoint of the subscription."""
    return hashlib.sha256(f"{kind}:{address}".encode()).hexdigest()


def register(
    *, visitor: models.Visitor, kind: str, token: str = "", subscription: Mapping[str, Any] | None = None, now: datetime
) -> models.Device:
    """Return the visitor's device for this endpoint. An endpoint that another visitor had is theirs no more.

    Raises EndpointNotPublic.
    """
    address = subscription["endpoint"] if subscription is not None else token
    if subscription is not None:
        refuse_private(address)
    device, _ = models.Device.objects.update_or_create(
        endpoint_hash=endpoint_hash(kind, address),
        defaults={"visitor": visitor, "kind": kind, "token": token, "subscription": subscription},
        create_defaults={
            "visitor": visitor, "kind": kind, "token": token, "subscription": subscription, "created_at": now,
        },
    )  # fmt: skip
    return device


def remove(*, visitor: models.Visitor, device_id: UUID) -> None:
    """Remove a device. Raises DeviceNotFound when it isn't the visitor's."""
    deleted, _ = models.Device.objects.filter(visitor=visitor, pk=device_id).delete()
    if not deleted:
        raise DeviceNotFound(f"You have no device {device_id}.", param="id")


def remove_endpoint(*, visitor: models.Visitor, kind: str, address: str) -> None:
    """Remove the device of an FCM token or a subscription's endpoint. Raises DeviceNotFound when it isn't the visitor's."""
    deleted, _ = models.Device.objects.filter(visitor=visitor, endpoint_hash=endpoint_hash(kind, address)).delete()
    if not deleted:
        raise DeviceNotFound(f"You have no {kind} device with this token or endpoint.")


def forget(device_id: UUID | str) -> None:
    """Delete a device whose endpoint its push service knows no more."""
    models.Device.objects.filter(pk=device_id).delete()
