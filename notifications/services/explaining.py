"""Why a visitor got a message or did not, for the operator to whom the visitor has read out a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language, gettext

from notifications import models, selectors
from notifications.core.circles import called
from notifications.core.deciding import Reason
from notifications.core.reasons import SENTENCES
from notifications.core.zone_features import name_of
from notifications.errors import VisitorCodeNotFound
from venues.core.imdf.labels import label_in
from venues.models import Venue
from venues.selectors import current_snapshot
from visitors.services.codes import visitor_by_code

# As far back as anyone remembers at a counter; more of both is in the admin.
MOST_TOLD = 100


@dataclass(frozen=True)
class Told:
    """One decision as an operator reads it."""

    row: models.Decision
    zone_name: str | None
    why: str


@dataclass(frozen=True)
class Account:
    """What a venue has decided about a visitor, newest first, where the visitor was, and what they have consented to."""

    decisions: Sequence[Told]
    visits: Sequence[tuple[models.ZoneVisit, str | None]]
    consent: Sequence[str]


def account_by_code(*, venue: Venue, code: str, now: datetime) -> Account:
    """Return the account of who shows this code now. Raises VisitorCodeNotFound; nothing but the venue's own is told."""
    visitor = visitor_by_code(code, now=now)
    if visitor is None:
        raise VisitorCodeNotFound(
            "Nobody shows this code now: codes end after a quarter of an hour. Ask for a new one.", param="code"
        )
    names = _ZoneNames(venue)
    rows = models.Decision.objects.filter(visitor=visitor, campaign__venue=venue)
    visits = models.ZoneVisit.objects.filter(visitor=visitor, venue=venue)
    return Account(
        decisions=[
            Told(row, names.of(row.zone_id), why(row))
            for row in rows.select_related("campaign", "message").prefetch_related("message__deliveries")[:MOST_TOLD]
        ],
        visits=[(visit, names.of(visit.zone_id)) for visit in visits[:MOST_TOLD]],
        consent=sorted(selectors.consented(visitor)),
    )


class _ZoneNames:
    """What operators read for the zones of a venue: names of the map, and where the circles of its campaigns lie."""

    def __init__(self, venue: Venue) -> None:
        self._snapshot = current_snapshot(venue)
        drawn = models.Campaign.objects.filter(venue=venue).exclude(circles=[])
        self._circles = {circle.id: called(circle) for campaign in drawn for circle in campaign.drawn}

    def of(self, zone_id: UUID) -> str | None:
        return self._circles.get(zone_id) or label_in(name_of(self._snapshot, zone_id), get_language() or "en")


def why(row: models.Decision) -> str:
    """Return a sentence that says what became of a decision, in the reader's language."""
    match row.state:
        case models.DecisionState.SUPPRESSED:
            return gettext(SENTENCES[Reason(row.reason)])
        case models.DecisionState.DEFERRED:
            said = gettext("It was in the quiet hours; decided again at %(time)s UTC.")
            return said % {"time": f"{row.counts_at:%H:%M}"}
        case models.DecisionState.RESERVED:
            return gettext("It is on its way: none of the visitor's devices has it yet.")
        case models.DecisionState.SENT:
            return gettext("It was sent.")
        case models.DecisionState.EXPIRED:
            return gettext("It could not be delivered while it was of use.")
        case _:
            return gettext("None of the visitor's devices took it.")
