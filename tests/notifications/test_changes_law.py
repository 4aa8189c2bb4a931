"""CAMPAIGNS.md, Laws: what operators do in mid-visit makes no second enter, and reaches nobody whom it should not.

A visitor walks about while maps are published and rolled back, campaigns are edited, paused, started anew and stopped, and the cache is
emptied. The visits are those of the pure machine, which knows of none of that but what the map has of the zone.
"""

from itertools import pairwise
from uuid import UUID

import pytest
from django.core.cache import cache
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from notifications import selectors
from notifications.core import visits as core
from notifications.core.campaign import CampaignState
from notifications.core.sense import Sense
from notifications.models import MEANT_STATES, Campaign, Decision, VisitorMessage, ZoneVisit
from notifications.services import campaigns, notices
from notifications.transports import TRANSPORTS
from notifications.transports.recorder import Recorder
from tests.notifications.conftest import FEATURES, QUARTER, new_visitor
from tests.notifications.machines import (
    CONTENT,
    RowsMachine,
    caps_hold,
    nothing_is_left_open,
    started,
    visits_follow_one_another,
)
from tests.notifications.places import after
from venues.core.snapshot import Snapshot, canonical_bytes
from venues.models import Publication, Venue
from venues.storage import put_blob

pytestmark = pytest.mark.django_db

INSIDE, OUTSIDE = (0.0, 0.0), (150.0, 150.0)
TTL_S = 3_600.0
NAMES = ("service enter", "service dwell", "marketing enter")


class ChangesInMidVisit(RowsMachine):
    maps: tuple[Publication, Publication]
    """With the zone, and without it."""
    sent: Recorder

    @initialize()
    def begin(self) -> None:
        self.visitor = new_visitor(marketing=True)
        self.has_zone = True
        self.state, self.entered = core.OUTSIDE, 0
        self.cut_at: list[float] = []
        self.titles = dict.fromkeys(NAMES, "Lunch")
        self.may_speak = dict.fromkeys(NAMES, True)
        self.heard: set[UUID] = set()
        self.sent.sent.clear()

    @rule(
        place=st.sampled_from([INSIDE, INSIDE, OUTSIDE]),
        gap_s=st.sampled_from([1.0, 3.0, 11.0, 40.0, 130.0]),
        times=st.integers(1, 5),
    )
    def walks(self, place: tuple[float, float], gap_s: float, times: int) -> None:
        for _ in range(times):
            self.seconds += gap_s
            before = set(self._meant())
            self.take(self.visitor, place)
            self._follows(place)
            self._may_be_told(set(self._meant()) - before)

    @rule()
    def stays_away(self) -> None:
        """Fall silent, until the sweep has closed what was open."""
        self.seconds += 100
        notices.close_lost(now=after(self.seconds))

    @rule(has_zone=st.booleans())
    def a_map_is_published_or_rolled_back(self, *, has_zone: bool) -> None:
        self.has_zone = has_zone
        publication = self.maps[0 if has_zone else 1]
        Venue.objects.filter(pk=self.venue.pk).update(current_publication=publication)
        self.snapshot_hash = publication.snapshot_hash

    @rule(name=st.sampled_from(NAMES), title=st.sampled_from(["Lunch", "Dinner", "{zone}"]))
    def a_text_is_edited(self, name: str, title: str) -> None:
        content = {language: text | {"title": title} for language, text in CONTENT.items()}
        if self.has_zone:  # else what runs could not be started so, and is refused
            campaigns.change(campaign=self._campaign(name), values={"content": content})
            self.titles[name] = title.format(zone="Heritage Quarter")

    @rule(name=st.sampled_from(NAMES))
    def a_campaign_is_paused_or_goes_on(self, name: str) -> None:
        campaign = self._campaign(name)
        if campaign.state == CampaignState.ACTIVE:
            campaigns.pause(campaign=campaign)
        elif self.has_zone:
            campaigns.start(campaign=campaign, by=None, now=after(self.seconds))

    @rule(name=st.sampled_from(NAMES), stopped=st.booleans())
    def a_campaign_is_stopped(self, name: str, *, stopped: bool) -> None:
        campaigns.change(campaign=self._campaign(name), values={"stopped": stopped})

    @rule(stopped=st.booleans())
    def everything_is_stopped(self, *, stopped: bool) -> None:
        campaigns.set_rules(venue=self.venue, values={"stopped": stopped})

    @rule()
    def the_cache_is_emptied(self) -> None:
        cache.clear()
        self.cut_at.append(self.seconds)

    @rule()
    def workers_send(self) -> None:
        self.seconds += 0.5
        before = len(self.sent.sent)
        self.deliver()
        for _, message in self.sent.sent[before:]:
            assert not self._is_stopped(message.campaign_id)

    @rule()
    def reads(self) -> None:
        for message in selectors.messages_after(self.visitor, 0, after(self.seconds)):
            assert not self._is_stopped(message.decision.campaign_id)

    def hold(self) -> None:
        if not hasattr(self, "visitor"):
            return
        self.deliver()
        self.seconds += TTL_S
        self.deliver()
        nothing_is_left_open()
        visits_follow_one_another(self.visitor)
        caps_hold(self.visitor)
        self.visits_are_those_of_the_machine()
        self.no_visit_is_told_of_twice()

    def visits_are_those_of_the_machine(self) -> None:
        """Where the cache was emptied in mid-run a visit may begin later, or not at all; never is there another one."""
        visits = ZoneVisit.objects.filter(visitor=self.visitor, zone_id=QUARTER).count()
        assert visits <= self.entered if self.cut_at else visits == self.entered

    def no_visit_is_told_of_twice(self) -> None:
        meant = Decision.objects.filter(visitor=self.visitor, state__in=MEANT_STATES)
        told = sorted(meant.values_list("campaign_id", "visit_id"))
        assert all(one != following for one, following in pairwise(told))
        assert meant.filter(campaign__name="marketing enter").count() <= 1

    def _follows(self, place: tuple[float, float]) -> None:
        sense = (Sense.IN if place == INSIDE else Sense.AWAY) if self.has_zone else Sense.UNKNOWN
        self.state, events = core.step(self.state, sense, after(self.seconds))
        self.entered += sum(isinstance(event, core.Entered) for event in events)

    def _may_be_told(self, decisions: set[UUID]) -> None:
        """Check each message at the moment at which it was decided: its campaign runs, nothing is stopped, its text is the newest."""
        for message in VisitorMessage.objects.filter(decision__in=decisions).select_related("decision__campaign"):
            campaign = message.decision.campaign
            assert campaign.state == CampaignState.ACTIVE
            assert not self._is_stopped(campaign.pk)
            assert message.title == self.titles[campaign.name]

    def _meant(self) -> list[UUID]:
        return list(Decision.objects.filter(visitor=self.visitor, state__in=MEANT_STATES).values_list("pk", flat=True))

    def _is_stopped(self, campaign_id: UUID) -> bool:
        return selectors.is_stopped(self.venue.pk) or Campaign.objects.get(pk=campaign_id).stopped

    def _campaign(self, name: str) -> Campaign:
        return Campaign.objects.select_related("venue__current_publication").get(venue=self.venue, name=name)


def test_what_operators_do_in_mid_visit_makes_no_second_enter(
    venue: Venue, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Recorder("live", is_hint=True)
    monkeypatch.setitem(TRANSPORTS, "live", live)
    place = {"zones": [str(QUARTER)], "ttl_s": TTL_S}
    started(venue, "service", "enter", cap="visit", **place)
    started(venue, "service", "dwell", cap="visit", dwell_s=20, **place)
    started(venue, "marketing", "enter", cap="ever", **place)
    without = put_blob(canonical_bytes([feature for feature in FEATURES if feature.id != QUARTER]))
    other = Publication.objects.create(venue=venue, number=2, snapshot_hash=without, published_at=after(0))
    current = venue.current_publication
    assert current is not None  # the fixture publishes one

    here = {"venue": venue, "snapshot_hash": snapshot.content_hash, "maps": (current, other), "sent": live}
    run_state_machine_as_test(
        type("ChangesHere", (ChangesInMidVisit,), here),
        settings=settings(max_examples=max(settings().max_examples // 2, 10), stateful_step_count=20),
    )
