"""What a decision knows of the visitor: who they are to this venue, and what was decided before."""

from datetime import timedelta

import pytest

from notifications import selectors
from notifications.core.campaign import CampaignKind
from notifications.core.deciding import Past, Reason
from notifications.models import Campaign, Decision, DecisionState, VisitorMessage, ZoneVisit
from notifications.services import campaigns
from notifications.services.demo import CONTENT
from tests.notifications.conftest import ALLEY, QUARTER
from tests.notifications.places import NOON, after
from venues.models import Venue
from visitors.models import Visitor

pytestmark = pytest.mark.django_db


def campaign_of(venue: Venue) -> Campaign:
    values = {"name": "Lunch", "kind": CampaignKind.MARKETING, "zones": [str(QUARTER)], "content": CONTENT}
    return campaigns.create(venue=venue, values=values, by=None, now=NOON)


def decide(
    campaign: Campaign, visitor: Visitor, state: str = DecisionState.SENT, reason: str = "", at_s: float = 0.0
) -> Decision:
    return Decision.objects.create(
        campaign=campaign,
        visitor=visitor,
        window_key=f"at:{at_s}",
        zone_id=QUARTER,
        visit_id=QUARTER,
        event_at=after(at_s),
        counts_at=after(at_s),
        decided_at=after(at_s),
        state=state,
        reason=reason,
    )


@pytest.mark.parametrize(("visits", "is_first"), [(0, True), (1, True), (2, False)])
def test_a_visit_is_the_first_until_there_are_two_of_the_zone(
    venue: Venue, visitor: Visitor, visits: int, is_first: bool
) -> None:
    for zone_id in [QUARTER] * visits + [ALLEY]:
        ZoneVisit.objects.create(
            visitor=visitor,
            venue=venue,
            zone_id=zone_id,
            entered_at=NOON,
            last_fix_at=NOON,
            left_at=NOON,
            accuracy_m=3.0,
        )

    assert selectors.recipient(visitor, venue, QUARTER).first_visit is is_first


def test_who_opened_a_message_of_this_venue_has_opened_before(venue: Venue, visitor: Visitor) -> None:
    elsewhere = Venue.objects.create(slug="elsewhere", name={"en": "Elsewhere"}, time_zone="Asia/Qatar")
    message = VisitorMessage.objects.create(
        decision=decide(campaign_of(venue), visitor),
        visitor=visitor,
        seq=1,
        language="en",
        title="",
        body="",
        created_at=NOON,
        expires_at=NOON,
    )
    assert not selectors.recipient(visitor, venue, QUARTER).opened_before

    message.opened_at = NOON
    message.save()
    assert selectors.recipient(visitor, venue, QUARTER).opened_before
    assert not selectors.recipient(visitor, elsewhere, QUARTER).opened_before


@pytest.mark.parametrize(
    ("state", "reason", "is_own", "is_capped"),
    [
        (DecisionState.RESERVED, "", True, True),
        (DecisionState.SENT, "", True, True),
        (DecisionState.EXPIRED, "", True, True),
        (DecisionState.FAILED, "", True, True),
        (DecisionState.SUPPRESSED, Reason.HELD_OUT, True, False),
        (DecisionState.SUPPRESSED, Reason.GLOBAL_CAP, False, False),
        (DecisionState.DEFERRED, "", False, False),
    ],
)
def test_what_was_decided_before_counts_by_how_it_ended(
    venue: Venue, visitor: Visitor, state: DecisionState, reason: str, is_own: bool, is_capped: bool
) -> None:
    campaign = campaign_of(venue)
    decide(campaign, visitor, state, reason)

    known = selectors.history(visitor, campaign.pk, after(60))

    assert known.own == ((Past(NOON, QUARTER),) if is_own else ())
    assert known.marketing_at == ((NOON,) if is_capped else ())


def test_marketing_of_any_campaign_counts_for_a_day(venue: Venue, visitor: Visitor) -> None:
    for ago_s in (86_401.0, 86_399.0, 60.0, -86_399.0, -86_401.0):
        decide(campaign_of(venue), visitor, at_s=-ago_s)

    known = selectors.history(visitor, campaign_of(venue).pk, NOON)

    assert known.own == ()
    assert sorted(known.marketing_at) == [NOON - timedelta(seconds=seconds) for seconds in (86_399, 60, -86_399)]
