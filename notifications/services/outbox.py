"""The outbox: messages are put in, claimed by lease, and written off. Any number of workers may do it at once."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from notifications import models
from notifications.core.deciding import Reason
from notifications.core.provider import provider_of
from notifications.models import DecisionState, DeliveryState
from notifications.services import gates
from notifications.transports import TRANSPORTS
from notifications.transports.live import LiveTransport, group_of_visitor
from visitors.models import Device, DeviceKind, Visitor
from visitors.selectors import devices

LEASE = timedelta(seconds=60)
# As many as one worker sends at the same time: a claim takes as long as the slowest of them, which is far from a lease.
CLAIMED_AT_ONCE = 32


@dataclass(frozen=True)
class Claim:
    """Deliveries that are ours until the lease ends, and the shortest time that others wait for their provider."""

    deliveries: Sequence[models.Delivery]
    wait_s: float | None = None


def queue(*, message: models.VisitorMessage, visitor: Visitor, due_at: datetime) -> None:
    """Write one delivery of the message for each endpoint that reaches the visitor, in the caller's transaction."""
    models.Delivery.objects.bulk_create(
        models.Delivery(
            message=message,
            transport=transport,
            endpoint=endpoint,
            provider=provider_of(transport, address),
            next_attempt_at=due_at,
        )
        for transport, endpoint, address in _endpoints_of(visitor)
    )


def _endpoints_of(visitor: Visitor) -> Iterable[tuple[str, str, str]]:
    """Yield transport, endpoint and address of each way to reach the visitor that the settings allow."""
    group = group_of_visitor(visitor.pk)
    yield LiveTransport.name, group, group
    for device in devices(visitor):
        if TRANSPORTS[device.kind].is_ready():
            yield device.kind, str(device.pk), address_of(device)


def address_of(device: Device) -> str:
    """Return the device's FCM token, or the address that its browser's push service gave it."""
    return device.token if device.kind == DeviceKind.FCM else str((device.subscription or {})["endpoint"])


@transaction.atomic
def claim(*, now: datetime) -> Claim:
    """Return deliveries that are due and now ours until the lease ends, with everything that sending needs.

    A lease that has ended belongs to a worker that died: its delivery is due again. Whatever waits for a provider that
    may be given nothing stays where it is, until it expires: what has expired is written off, and asks no gate.
    """
    shut = gates.closed(now=now)
    expired = Q(message__expires_at__lte=now)
    found = _due(now).filter(expired | ~Q(provider__in=shut)).order_by("next_attempt_at")
    locked = found.select_for_update(skip_locked=True, of=("self",))
    rows = list(locked.values_list("pk", "provider", "message__expires_at")[:CLAIMED_AT_ONCE])
    admitted = gates.admit(Counter(provider for _, provider, expires_at in rows if expires_at > now), now=now)
    ours = _lease([key for key, provider, at in rows if at <= now or _take(admitted, provider)], now)
    return Claim(ours, min(shut.values(), default=None) if not ours else None)


def _due(now: datetime) -> QuerySet[models.Delivery]:
    return models.Delivery.objects.filter(state__in=models.OPEN_DELIVERY_STATES, next_attempt_at__lte=now)


def _take(admitted: dict[str, int], provider: str) -> bool:
    admitted[provider] -= 1
    return admitted[provider] >= 0


def _lease(keys: Sequence[uuid.UUID], now: datetime) -> list[models.Delivery]:
    if not keys:
        return []
    lease_id = uuid.uuid4()
    _due(now).filter(pk__in=keys).update(state=DeliveryState.LEASED, lease_id=lease_id, next_attempt_at=now + LEASE)
    ours = models.Delivery.objects.filter(lease_id=lease_id, state=DeliveryState.LEASED).order_by("pk")
    return list(ours.select_related("message__visitor", "message__decision__campaign"))


@dataclass(frozen=True)
class Result:
    """How an attempt at a delivery ended. RETRY has the time of the next; DEAD may say why nobody may get the message."""

    delivery: models.Delivery
    state: DeliveryState
    error: str = ""
    next_attempt_at: datetime | None = None
    reason: Reason | None = None
    was_sent: bool = True
    """False where it was not even tried."""


@transaction.atomic
def write(results: Iterable[Result], *, now: datetime) -> None:
    """Write how attempts ended, each as long as its lease is ours, and what that makes of their decisions.

    The decisions are locked first: of two workers that end the last two deliveries of a message, one sees both ended.
    """
    results = list(results)
    decisions = models.Decision.objects.filter(pk__in={result.delivery.message.decision_id for result in results})
    list(decisions.select_for_update().order_by("pk").values_list("pk"))
    accepted = [result.delivery for result in results if result.state is DeliveryState.ACCEPTED]
    _ours(accepted).update(state=DeliveryState.ACCEPTED, lease_id=None, error="", attempts=F("attempts") + 1)
    for result in results:
        if result.reason is not None:
            _suppress(result.delivery, result.reason, now)
        if result.state is not DeliveryState.ACCEPTED:
            _write(result)
    settle(decisions)


def _write(result: Result) -> None:
    _ours([result.delivery]).update(
        state=result.state,
        lease_id=None,
        error=result.error[:200],
        attempts=F("attempts") + int(result.was_sent),
        next_attempt_at=result.next_attempt_at or F("next_attempt_at"),
    )


def _ours(deliveries: Sequence[models.Delivery]) -> QuerySet[models.Delivery]:
    """The deliveries as long as their leases are ours: who took too long writes nothing."""
    leased = models.Delivery.objects.filter(pk__in=[row.pk for row in deliveries], state=DeliveryState.LEASED)
    return leased.filter(lease_id__in={row.lease_id for row in deliveries})


def _suppress(delivery: models.Delivery, reason: Reason, now: datetime) -> None:
    """Write that the message may not be sent any more, to any endpoint; nobody is shown it from now on.

    As whatever is suppressed it leaves its window to a later one.
    """
    reserved = models.Decision.objects.filter(pk=delivery.message.decision_id, state=DecisionState.RESERVED)
    own_key = f"at:{delivery.message.decision_id}"
    reserved.update(state=DecisionState.SUPPRESSED, reason=reason, window_key=own_key)
    models.VisitorMessage.objects.filter(pk=delivery.message_id, expires_at__gt=now).update(expires_at=now)


def settle(decisions: QuerySet[models.Decision]) -> None:
    """Close the decisions whose end is known: sent by the first success, else by the last of their deliveries to end.

    A hint has succeeded once somebody has the message; where nobody does, a decision failed if every push did. The decisions are
    locked already.
    """
    hints = [name for name, transport in TRANSPORTS.items() if transport.is_hint]
    of_hints = models.Delivery.objects.filter(message__decision__in=decisions, transport__in=hints)
    taken = of_hints.filter(message__taken_at__isnull=False, state=DeliveryState.RETRY)
    taken.update(state=DeliveryState.ACCEPTED, error="")
    reserved = decisions.filter(state=DecisionState.RESERVED)
    is_sent = Q(_has(state=DeliveryState.ACCEPTED)) | Q(message__taken_at__isnull=False)
    reserved.filter(is_sent).update(state=DecisionState.SENT)
    ended = reserved.exclude(_has(state__in=models.OPEN_DELIVERY_STATES))
    is_pushed = _has(~Q(transport__in=hints))
    ended.filter(~is_pushed | _has(~Q(transport__in=hints), state=DeliveryState.EXPIRED)).update(
        state=DecisionState.EXPIRED
    )
    ended.update(state=DecisionState.FAILED)


def _has(*which: Q, **more: Any) -> Exists:
    """Return whether a decision has a delivery of which this holds."""
    return Exists(models.Delivery.objects.filter(*which, message__decision=OuterRef("pk"), **more))
