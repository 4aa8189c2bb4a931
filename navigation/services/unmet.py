"""What visitors looked for and did not get: searches without a result, ways that there are not.

It is kept of visitors who consent to analytics and say who they are, once a day each, and told to managers in counts alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count

from navigation import models
from navigation.models import UnmetKind
from notifications.core.reporting import told
from venues.core.spelling import folded
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.selectors import consenting, has_consented

LONGEST_WISH = 120
"""Characters. Longer ones are pasted texts rather than names of places, and could be about anybody."""


@dataclass(frozen=True)
class Unmet:
    """What at least so many visitors looked for in vain."""

    wish: str
    visitors: int


def note_search(*, asker: Visitor | None, venue: Venue, words: str, now: datetime) -> None:
    """Note a search that found nothing; words are kept as search compares them."""
    _note(asker, venue, UnmetKind.SEARCH, folded(words).strip(), now)


def note_route(*, asker: Visitor | None, venue: Venue, profile: str, destination: Any, now: datetime) -> None:
    """Note that there is no way to a place or a category for a profile. Where points were asked for, nothing is kept."""
    wish = destination.get("place") or destination.get("category") if isinstance(destination, dict) else None
    if isinstance(wish, str):
        _note(asker, venue, UnmetKind.ROUTE, f"{profile} {wish}", now)


def of_venue(venue: Venue, kind: UnmetKind, first_day: date, last_day: date) -> Sequence[Unmet]:
    """Return what was looked for in vain on these days, the most wanted first.

    Days on which too few visitors wanted it are left out; who did on several days counts on each.
    """
    rows = models.UnmetWish.objects.filter(
        venue=venue, kind=kind, day__range=(first_day, last_day), visitor__in=consenting(Purpose.ANALYTICS)
    )
    by_day = rows.values_list("wish", "day").annotate(visitors=Count("visitor", distinct=True)).order_by()
    counted: Counter[str] = Counter()
    for wish, _, visitors in by_day:
        counted[wish] += told(visitors) or 0
    return [Unmet(wish, visitors) for wish, visitors in counted.most_common() if visitors]


def _note(asker: Visitor | None, venue: Venue, kind: UnmetKind, wish: str, now: datetime) -> None:
    if asker is None or not 0 < len(wish) <= LONGEST_WISH:
        return
    if has_consented(asker, Purpose.ANALYTICS):
        today = now.astimezone(ZoneInfo(venue.time_zone)).date()
        models.UnmetWish.objects.get_or_create(visitor=asker, venue=venue, kind=kind, wish=wish, day=today)
