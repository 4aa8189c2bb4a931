"""The law of CAMPAIGNS.md from end to end: batches in another order, within the lateness, and some of them twice, decide the same."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import TestCase

from beacons.core.arrivals import ALLOWED_LATENESS
from navigation.services import live, rounds
from notifications.models import Decision, DecisionState, ZoneVisit
from notifications.services import campaigns
from tests.navigation.crowd import heard, line_of
from tests.venues.small_map import id_of
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.services import sessions

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 11, 23, 12, tzinfo=UTC)
RECEIVED = BEGIN + timedelta(seconds=90)
LAWN = str(id_of("west section"))
# As many as the law asks for: seven seconds.
ORDERS = 30
# What anybody who was on the lawn sees of a decision: whose visit it was has another id for each.
Seen = tuple[str, str, str, datetime, str, str]


@pytest.fixture
def lawn(equipped: Venue) -> Venue:
    """The venue with campaigns about its lawn that get into each other's way: marketing comes once in twenty minutes."""
    content = {language: {"title": "Lawn", "body": "Grass"} for language in ("en", "ar")}
    for kind, trigger, more in (
        ("service", "enter", {"cap": "visit"}),
        ("service", "exit", {"cap": "visit"}),
        ("marketing", "enter", {"cap": "ever"}),
        ("marketing", "dwell", {"cap": "visit", "dwell_s": 6, "priority": 5}),
    ):
        values = {"name": f"{kind} {trigger}", "kind": kind, "trigger": trigger, "zones": [LAWN], "content": content}
        campaign = campaigns.create(venue=equipped, values=values | more, by=None, now=BEGIN)
        campaigns.start(campaign=campaign, by=None, now=BEGIN - timedelta(hours=1))
    return equipped


def walk() -> list[dict[str, Any]]:
    """Return the batches of somebody who crosses the square, is on the lawn for a while, and goes back."""
    there = line_of((15.0, 38.0), (15.0, 8.0), 12)
    batches = []
    for number, (x_m, y_m) in enumerate([*there, *there[::-1], *[there[0]] * 4]):
        sightings = heard("Street", x_m, y_m, BEGIN + timedelta(seconds=1.5 * number))
        loudest = sorted(sightings, key=lambda one: -one["rssi_dbm"])[:8]
        batches.append({"sequence": number + 1, "sightings": loudest})
    return batches


def disordered(batches: Sequence[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Return the batches, each as late as is allowed or less, and a third of them a second time."""
    rng = random.Random(seed)
    lateness_s = ALLOWED_LATENESS.total_seconds()
    first = [(1.5 * number + rng.uniform(0, lateness_s), number) for number in range(len(batches))]
    again = [(at_s + rng.uniform(0, lateness_s), number) for at_s, number in first if rng.random() < 1 / 3]
    return [batches[number] for _, number in sorted(first + again)]


def sent(venue: Venue, batches: Sequence[dict[str, Any]], *, kept_by_none: int = 0, flushed_before: int = 0) -> Visitor:
    """Return a new visitor who sent these batches.

    The server died after it had answered one of them, so it came again; the cache was emptied before another.
    """
    granted = dict.fromkeys((Purpose.POSITIONING, Purpose.MARKETING), True)
    visitor, token = sessions.create(language="en", profile="walk", granted=granted, now=BEGIN)
    session = live.Session(visitor, token, venue)
    for batch in batches:
        if batch["sequence"] == flushed_before:
            cache.clear()
        if batch["sequence"] == kept_by_none:
            with TestCase.captureOnCommitCallbacks(execute=False):
                rounds.take_sightings(session, batch, RECEIVED)
        with TestCase.captureOnCommitCallbacks(execute=True):
            rounds.take_sightings(session, batch, RECEIVED)
    return visitor


def seen(visitor: Visitor) -> set[Seen]:
    decisions = Decision.objects.filter(visitor=visitor).select_related("campaign")
    return {
        (
            each.campaign.name,
            each.window_key.replace(str(each.visit_id), "the visit"),
            str(each.zone_id),
            each.event_at,
            each.state,
            each.reason,
        )
        for each in decisions
    }


def visits(visitor: Visitor) -> list[tuple[Any, ...]]:
    rows = ZoneVisit.objects.filter(visitor=visitor).order_by("entered_at")
    return list(rows.values_list("zone_id", "entered_at", "left_at", "left_because", "dwell_s", "resumed_at"))


def test_batches_in_another_order_and_twice_lead_to_the_same_decisions(lawn: Venue) -> None:
    batches = walk()
    in_order = sent(lawn, batches)
    expected, visited = seen(in_order), visits(in_order)
    assert {(name, reason) for name, *_, reason in expected} == {
        ("service enter", ""),
        ("marketing enter", ""),
        ("marketing dwell", "global_cap"),
        ("service exit", ""),
    }
    for seed in range(ORDERS):
        visitor = sent(lawn, disordered(batches, seed))
        assert (seen(visitor), visits(visitor)) == (expected, visited), f"seed {seed}"


def test_a_batch_that_never_comes_delays_decisions_and_loses_none(lawn: Venue) -> None:
    batches = walk()
    expected = {(name, state, reason) for name, _, _, _, state, reason in seen(sent(lawn, batches))}
    for lost in (3, 8, 12):
        visitor = sent(lawn, [batch for batch in batches if batch["sequence"] != lost])
        assert {(name, state, reason) for name, _, _, _, state, reason in seen(visitor)} == expected


def test_a_server_that_dies_before_it_keeps_what_it_answered_delays_nothing(lawn: Venue) -> None:
    batches = walk()[:14]
    for lost in (1, 3, 8):
        decided = {name for name, *_ in seen(sent(lawn, batches, kept_by_none=lost))}
        assert {"service enter", "marketing enter"} <= decided


def test_a_cache_that_is_emptied_in_the_middle_delays_no_more_than_a_fresh_start(lawn: Venue) -> None:
    batches = walk()[:14]
    decided = {name for name, *_ in seen(sent(lawn, batches, flushed_before=6))}
    assert {"service enter", "marketing enter"} <= decided


@pytest.mark.parametrize(("is_answered", "state"), [(True, DecisionState.SENT), (False, DecisionState.RESERVED)])
def test_what_an_answer_brings_was_sent_and_what_a_socket_is_to_bring_waits(
    lawn: Venue, *, is_answered: bool, state: DecisionState
) -> None:
    visitor, token = sessions.create(language="en", profile="walk", granted={Purpose.POSITIONING: True}, now=BEGIN)
    for batch in walk():
        with TestCase.captureOnCommitCallbacks(execute=True):
            rounds.take_sightings(live.Session(visitor, token, lawn), batch, RECEIVED, is_answered=is_answered)

    assert Decision.objects.get(campaign__name="service enter").state == state
