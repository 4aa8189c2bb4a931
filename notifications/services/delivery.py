"""Emptying the outbox: claim, look again whether the message may be sent, send, write. Workers may die at any step."""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from notifications import models
from notifications.core.message import Message
from notifications.core.provider import STRANGERS, Outcome
from notifications.core.retry import delay_s
from notifications.errors import TransportError
from notifications.models import DeliveryState
from notifications.services import gates, outbox, recipients
from notifications.services.outbox import Result
from notifications.transports import TRANSPORTS
from notifications.transports.base import Endpoint
from visitors.services import devices

# A worker gives way after so long: the sweep calls it again.
DRAIN = timedelta(seconds=60)
# A provider's bucket is waited for, so that some flows in; while the provider is down the worker does something else.
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 1.0

UNREGISTERED = "The device is not registered any more."
NOBODY_YET = "It waits until somebody has it."

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Draw = Callable[[], float]
"""The source of jitter: uniform in [0, 1)."""


def deliver_due(
    *, clock: Clock = timezone.now, draw: Draw = random.random, pause: Callable[[float], None] = time.sleep
) -> int:
    """Send everything that is due; return how many deliveries were taken up."""
    taken, until = 0, clock() + DRAIN
    while (now := clock()) < until:
        claim = outbox.claim(now=now)
        if claim.deliveries:
            attempt(claim.deliveries, clock=clock, draw=draw)
            taken += len(claim.deliveries)
        elif claim.wait_s is not None and claim.wait_s <= LONGEST_PAUSE_S:
            pause(max(SHORTEST_PAUSE_S, claim.wait_s))
        else:
            break
    return taken


def attempt(deliveries: Sequence[models.Delivery], *, clock: Clock, draw: Draw) -> None:
    """Send claimed deliveries, all at once, or find why not; write what came of them."""
    now = clock()
    endpoints = recipients.endpoints(deliveries)
    unfit = _unfit(deliveries, endpoints, now)
    refused = {result.delivery.pk for result in unfit}
    fit = [delivery for delivery in deliveries if delivery.pk not in refused]
    failures = _send_all([(delivery, endpoints[delivery.pk]) for delivery in fit], now)
    after = clock()
    sent = [_result(*each, after, draw()) for each in zip(fit, failures, strict=True)]
    outbox.write([*unfit, *sent], now=after)
    gates.note(_outcomes(fit, failures), now=after, draw=draw())
    for delivery, failure in zip(fit, failures, strict=True):
        if failure is not None and failure.endpoint_gone:
            devices.forget(delivery.endpoint)


def _unfit(deliveries: Sequence[models.Delivery], endpoints: Mapping[UUID, Endpoint], now: datetime) -> list[Result]:
    """Return how those end that must not be sent: too late, not wanted any more, or with nowhere to go."""
    objections = recipients.objections(deliveries)
    results = []
    for delivery in deliveries:
        if delivery.message.expires_at <= now:
            results.append(Result(delivery, DeliveryState.EXPIRED, was_sent=False))
        elif delivery.pk in objections:
            reason = objections[delivery.pk]
            results.append(Result(delivery, DeliveryState.DEAD, reason, reason=reason, was_sent=False))
        elif delivery.pk not in endpoints:
            results.append(Result(delivery, DeliveryState.DEAD, UNREGISTERED, was_sent=False))
    return results


def _send_all(addressed: Sequence[tuple[models.Delivery, Endpoint]], now: datetime) -> list[TransportError | None]:
    """Send all at the same time; return what failed of each, None where it was accepted."""
    sendings = [(delivery.transport, endpoint, delivery.message.value()) for delivery, endpoint in addressed]

    def send(sending: tuple[str, Endpoint, Message]) -> TransportError | None:
        transport, endpoint, message = sending
        try:
            TRANSPORTS[transport].send(endpoint, message, now)
        except TransportError as error:
            return error
        except Exception as error:  # of a library that we did not foresee: this one is tried again, the others go out
            logger.exception("Transport %s failed in a way that it should not", transport)
            return TransportError(f"{type(error).__name__}: {error}")
        return None

    if len(sendings) <= 1:
        return [send(sending) for sending in sendings]
    with ThreadPoolExecutor(len(sendings)) as pool:
        return list(pool.map(send, sendings))


def _result(delivery: models.Delivery, failure: TransportError | None, now: datetime, draw: float) -> Result:
    """Return how an attempt ended: accepted, given up where trying again can't help or would come too late, or put off.

    A hint is put off until the message expires: whoever has it before then ends it (services/messages.py).
    """
    if failure is None and TRANSPORTS[delivery.transport].is_hint:
        return Result(delivery, DeliveryState.RETRY, NOBODY_YET, delivery.message.expires_at)
    if failure is None:
        return Result(delivery, DeliveryState.ACCEPTED)
    attempts = delivery.attempts + 1
    wait_s = delay_s(attempts, draw, is_quota=failure.is_quota, retry_after_s=failure.retry_after_s)
    next_attempt_at = now + timedelta(seconds=wait_s)
    logger.info("Delivery %s failed for the %d. time: %s", delivery.pk, attempts, failure)
    if failure.permanent:
        return Result(delivery, DeliveryState.DEAD, str(failure))
    if next_attempt_at >= delivery.message.expires_at:
        return Result(delivery, DeliveryState.EXPIRED, str(failure))
    return Result(delivery, DeliveryState.RETRY, str(failure), next_attempt_at)


def _outcomes(
    deliveries: Sequence[models.Delivery], failures: Sequence[TransportError | None]
) -> Mapping[str, Outcome]:
    """Return what these attempts tell of each provider. Any answer but an outage shows that it is there."""
    outcomes: dict[str, Outcome] = {}
    for delivery, failure in zip(deliveries, failures, strict=True):
        found = outcomes.get(delivery.provider, Outcome())
        outcomes[delivery.provider] = found.and_one(
            failed=failure is not None and failure.is_outage,
            retry_after_s=None if failure is None or delivery.provider == STRANGERS else failure.retry_after_s,
        )
    return outcomes
