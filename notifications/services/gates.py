"""The gates of providers, shared by all workers through the database: asked before messages are claimed, told after."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from notifications import models
from notifications.core import provider as core
from notifications.transports import TRANSPORTS


def closed(*, now: datetime) -> dict[str, float]:
    """Return the providers that may be given nothing now, each with the seconds until it may."""
    waits_s = {
        row.provider: core.wait_s(row.value(), now, per_s)
        for row in models.ProviderGate.objects.all()
        if (per_s := _per_s(row.provider)) is not None
    }
    return {provider: wait_s for provider, wait_s in waits_s.items() if wait_s > 0}


def admit(wanted: Mapping[str, int], *, now: datetime) -> dict[str, int]:
    """Return how many messages each provider may be given of those that wait for it, and take them off its gate.

    It runs in the caller's transaction, and locks the gates by name, so that no two callers wait for one another.
    """
    admitted = dict(wanted)
    for provider in sorted(wanted):
        if (per_s := _per_s(provider)) is not None:
            gate, admitted[provider] = core.admit(_locked(provider, per_s, now), wanted[provider], now, per_s)
            _save(provider, gate)
    return admitted


@transaction.atomic
def note(outcomes: Mapping[str, core.Outcome], *, now: datetime, draw: float) -> None:
    """Write what came of messages, where it changes anything. `draw` is uniform in [0, 1)."""
    for provider in sorted(outcomes):
        if (per_s := _per_s(provider)) is not None:
            before = _locked(provider, per_s, now)
            after = core.note(before, outcomes[provider], now, draw)
            if after != before:
                _save(provider, after)


def _per_s(provider: str) -> float | None:
    """Return what the provider may be given a second, None where nothing bounds it. Its name begins with its transport's."""
    transport = TRANSPORTS.get(provider.partition("-")[0])
    return None if transport is None else transport.per_s


def _locked(provider: str, per_s: float, now: datetime) -> core.Gate:
    """Return the provider's gate with its row locked. One that nothing is known of has a full bucket."""
    full = core.Gate(tokens=per_s * core.BUCKET_S, filled_at=now)
    row, _ = models.ProviderGate.objects.select_for_update().get_or_create(provider=provider, defaults=asdict(full))
    return row.value()


def _save(provider: str, gate: core.Gate) -> None:
    models.ProviderGate.objects.filter(provider=provider).update(**asdict(gate))
