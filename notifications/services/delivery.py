"""Emptying the outbox: claim, then act. Any number of workers may do this at once, and any of them may die at any step."""

import logging
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from notifications import models, selectors
from notifications.core.campaign import CampaignKind
from notifications.core.deciding import CONSENT_OF_KIND, Reason
from notifications.core.retry import delay_s
from notifications.errors import TransportError
from notifications.models import DecisionState, DeliveryState
from notifications.transports import TRANSPORTS

LEASE = timedelta(seconds=60)
# As many as one worker surely sends within the lease.
CLAIMED_AT_ONCE = 20

logger = logging.getLogger(__name__)


def deliver_due(*, clock: Callable[[], datetime] = timezone.now, draw: Callable[[], float] = random.random) -> int:
    """Send everything that is due; return how many deliveries were taken up. `draw` is the jitter's source, [0, 1)."""
    taken = 0
    while claimed := claim(now=clock()):
        for delivery in claimed:
            attempt(delivery, now=clock(), draw=draw())
        taken += len(claimed)
    return taken


def claim(*, now: datetime) -> list[models.Delivery]:
    """Return deliveries that are due and now ours until the lease ends, with everything that sending needs.

    A lease that has ended belongs to a worker that died: its delivery is due again.
    """
    due = Q(state__in=models.OPEN_DELIVERY_STATES, next_attempt_at__lte=now)
    found = list(models.Delivery.objects.filter(due).values_list("pk", flat=True)[:CLAIMED_AT_ONCE])
    if not found:
        return []
    lease_id = uuid.uuid4()
    models.Delivery.objects.filter(due, pk__in=found).update(
        state=DeliveryState.LEASED, lease_id=lease_id, next_attempt_at=now + LEASE
    )
    ours = models.Delivery.objects.filter(lease_id=lease_id, state=DeliveryState.LEASED)
    return list(ours.select_related("message__visitor", "message__decision__campaign"))


def attempt(delivery: models.Delivery, *, now: datetime, draw: float) -> None:
    """Send a claimed delivery, or say why not; write what came of it."""
    message = delivery.message
    if message.expires_at <= now:
        _close(delivery, DeliveryState.EXPIRED, DecisionState.EXPIRED)
    elif (reason := _objection(message)) is not None:
        _suppress(delivery, reason, now)
    else:
        _send(delivery, now, draw)


def _send(delivery: models.Delivery, now: datetime, draw: float) -> None:
    try:
        TRANSPORTS[delivery.transport].send(delivery.endpoint, delivery.message.value())
    except TransportError as error:
        _note_failure(delivery, error, now, draw)
    else:
        _close(delivery, DeliveryState.ACCEPTED, DecisionState.SENT)


def _note_failure(delivery: models.Delivery, error: TransportError, now: datetime, draw: float) -> None:
    """Put the delivery off, or give it up where trying again can't help or would come too late."""
    attempts = delivery.attempts + 1
    wait_s = delay_s(attempts, draw, is_quota=error.is_quota, retry_after_s=error.retry_after_s)
    next_attempt_at = now + timedelta(seconds=wait_s)
    logger.info("Delivery %s failed for the %d. time: %s", delivery.pk, attempts, error)
    if error.permanent:
        _close(delivery, DeliveryState.DEAD, DecisionState.FAILED, error=str(error))
    elif next_attempt_at >= delivery.message.expires_at:
        _close(delivery, DeliveryState.EXPIRED, DecisionState.EXPIRED, error=str(error))
    else:
        _ours(delivery).update(
            state=DeliveryState.RETRY,
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            lease_id=None,
            error=_short(error),
        )


def _close(delivery: models.Delivery, state: DeliveryState, outcome: DecisionState, error: str = "") -> None:
    """Write the end of a delivery, and the decision's: sent by the first success, else the outcome of the last to end."""
    closed = _ours(delivery).update(state=state, attempts=delivery.attempts + 1, lease_id=None, error=_short(error))
    if not closed:
        return
    others = models.Delivery.objects.filter(message_id=delivery.message_id, state__in=models.OPEN_DELIVERY_STATES)
    if outcome is DecisionState.SENT or not others.exists():
        _reserved(delivery).update(state=outcome)


def _suppress(delivery: models.Delivery, reason: Reason, now: datetime) -> None:
    """Write that the message may not be sent any more, to any endpoint; nobody is shown it from now on."""
    _reserved(delivery).update(state=DecisionState.SUPPRESSED, reason=reason)
    models.VisitorMessage.objects.filter(pk=delivery.message_id).update(expires_at=now)
    _ours(delivery).update(state=DeliveryState.DEAD, lease_id=None, error=reason)


def _objection(message: models.VisitorMessage) -> Reason | None:
    """Return what has come up against the message since it was decided: the kill switch, or consent withdrawn."""
    campaign = message.decision.campaign
    if selectors.is_stopped(campaign.venue_id):
        return Reason.KILL_SWITCH
    needed = CONSENT_OF_KIND[CampaignKind(campaign.kind)]
    return None if needed in selectors.consented(message.visitor) else Reason.NO_CONSENT


def _ours(delivery: models.Delivery) -> QuerySet[models.Delivery]:
    """The delivery as long as the lease is ours: who took too long writes nothing."""
    return models.Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.LEASED, lease_id=delivery.lease_id)


def _reserved(delivery: models.Delivery) -> QuerySet[models.Decision]:
    return models.Decision.objects.filter(pk=delivery.message.decision_id, state=DecisionState.RESERVED)


def _short(error: object) -> str:
    return str(error)[:200]
