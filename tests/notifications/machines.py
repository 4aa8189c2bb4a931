"""What the state machines that work on rows share: each example in a transaction of its own, which leaves nothing."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import TestCase
from hypothesis.stateful import RuleBasedStateMachine

from notifications.core.campaign import CampaignKind
from notifications.core.deciding import GLOBAL_CAP, GLOBAL_CAP_SPACING, GLOBAL_CAP_WINDOW
from notifications.core.visits import REOPEN_S
from notifications.models import (
    MEANT_STATES,
    OPEN_DELIVERY_STATES,
    Campaign,
    Decision,
    DecisionState,
    Delivery,
    ZoneVisit,
)
from notifications.services import campaigns, delivery, notices
from tests.notifications.places import after, position_at
from venues.models import Venue
from visitors.models import Visitor

CONTENT = {language: {"title": "Lunch", "body": "Now"} for language in ("en", "ar")}


class RowsMachine(RuleBasedStateMachine):
    """Time goes on in `seconds`. Subclasses say in `hold` what holds in the end, when every lease and message is over."""

    venue: Venue
    snapshot_hash: str

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        cache.clear()
        self.seconds = 0.0

    def take(self, visitor: Visitor, place: tuple[float, float], *, keeps: bool = True) -> None:
        """Take a fix of the visitor. Unless it is kept the process dies after the commit, before it has told the cache."""
        at = after(self.seconds)
        with TestCase.captureOnCommitCallbacks(execute=keeps), transaction.atomic():
            notices.on_positions(
                visitor=visitor,
                venue=self.venue,
                snapshot_hash=self.snapshot_hash,
                positions=[position_at([place], at=at)],
                now=at,
            )

    def deliver(self) -> None:
        delivery.deliver_due(clock=lambda: after(self.seconds), draw=lambda: 0.5)

    def teardown(self) -> None:
        try:
            self.hold()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def hold(self) -> None:
        raise NotImplementedError


def started(venue: Venue, kind: str, trigger: str, **more: Any) -> Campaign:
    """Return a campaign that runs, named after its kind and trigger."""
    values = {"name": f"{kind} {trigger}", "kind": kind, "trigger": trigger, "content": CONTENT} | more
    created = campaigns.create(venue=venue, values=values, by=None, now=after(-60))
    return campaigns.start(campaign=created, by=None, now=after(-60))


def seen_by(visitor: Visitor) -> tuple[list[Any], list[Any]]:
    """Return what was decided about a visitor and how it ended, and their visits, whose ids differ."""
    visits = list(ZoneVisit.objects.filter(visitor=visitor).order_by("entered_at", "zone_id"))
    number = {visit.pk: index for index, visit in enumerate(visits)}
    decided = Decision.objects.filter(visitor=visitor).select_related("campaign")
    return sorted(
        (each.campaign.name, number[each.visit_id], each.event_at, each.reason, each.state) for each in decided
    ), [
        (
            each.zone_id,
            each.entered_at,
            each.left_at,
            each.left_because,
            each.dwell_s,
            each.resumed_at,
            each.last_fix_at,
        )
        for each in visits
    ]


def nothing_is_left_open() -> None:
    assert not Delivery.objects.filter(state__in=OPEN_DELIVERY_STATES).exists()
    assert not Decision.objects.filter(state=DecisionState.RESERVED).exists()


def visits_follow_one_another(visitor: Visitor) -> None:
    """No two of a zone overlap, and none begins so soon after the one before that this would have gone on."""
    visits = list(ZoneVisit.objects.filter(visitor=visitor).order_by("zone_id", "entered_at"))
    for one, following in pairwise(visits):
        if one.zone_id == following.zone_id:
            assert one.left_at is not None
            assert following.entered_at - one.left_at > timedelta(seconds=REOPEN_S)


def caps_hold(visitor: Visitor) -> None:
    """Marketing is 20 minutes apart, four in any 24 hours; a zone that a campaign spoke about has cooled down."""
    meant = Decision.objects.filter(visitor=visitor, state__in=MEANT_STATES).order_by("counts_at")
    marketing = list(meant.filter(campaign__kind=CampaignKind.MARKETING).values_list("counts_at", flat=True))
    assert all(b - a >= GLOBAL_CAP_SPACING for a, b in pairwise(marketing))
    assert all(b - a >= GLOBAL_CAP_WINDOW for a, b in zip(marketing, marketing[GLOBAL_CAP:], strict=False))
    told = list(meant.select_related("campaign").order_by("campaign", "zone_id", "counts_at"))
    for one, following in pairwise(told):
        if (one.campaign_id, one.zone_id) == (following.campaign_id, following.zone_id):
            apart_s = (following.counts_at - one.counts_at).total_seconds()
            assert apart_s >= one.campaign.zone_cool_down_s
