"""CAMPAIGNS.md, Campaign: draft -> active -> paused -> ended, and no other way."""

from collections.abc import Callable, Mapping

import pytest

from notifications.core.campaign import CampaignKind, CampaignState
from notifications.errors import CampaignStateConflict
from notifications.models import Campaign
from notifications.services import campaigns
from notifications.services.demo import CONTENT
from tests.notifications.conftest import QUARTER
from tests.notifications.places import NOON
from venues.models import Venue

pytestmark = pytest.mark.django_db

STEPS: Mapping[str, Callable[[Campaign], Campaign]] = {
    "start": lambda campaign: campaigns.start(campaign=campaign, by=None, now=NOON),
    "pause": lambda campaign: campaigns.pause(campaign=campaign),
    "end": lambda campaign: campaigns.end(campaign=campaign),
    "change": lambda campaign: campaigns.change(campaign=campaign, values={"name": "Dinner"}),
}
LEADS_TO = {
    ("draft", "start"): "active",
    ("draft", "end"): "ended",
    ("draft", "change"): "draft",
    ("active", "pause"): "paused",
    ("active", "end"): "ended",
    ("active", "change"): "active",
    ("paused", "start"): "active",
    ("paused", "end"): "ended",
    ("paused", "change"): "paused",
}
"""Every other step is refused."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", CampaignState)
def test_each_step_leads_where_it_should_or_is_refused(venue: Venue, state: CampaignState, step: str) -> None:
    values = {"name": "Lunch", "kind": CampaignKind.SERVICE, "zones": [str(QUARTER)], "content": CONTENT}
    campaign = campaigns.create(venue=venue, values=values, by=None, now=NOON)
    Campaign.objects.update(state=state)
    campaign.refresh_from_db()
    expected = LEADS_TO.get((state, step))

    if expected is None:
        with pytest.raises(CampaignStateConflict):
            STEPS[step](campaign)
    else:
        STEPS[step](campaign)
    assert Campaign.objects.get().state == (expected or state)
