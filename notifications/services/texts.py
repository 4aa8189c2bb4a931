"""What a message says: the campaign's text in the visitor's language, its variables filled in."""

from notifications.core.deciding import Case
from notifications.core.message import Text, text_in
from notifications.core.templates import render
from notifications.core.zone_features import name_of
from venues.core.imdf.labels import label_in
from venues.core.snapshot import Snapshot
from venues.models import Venue


def text_of(case: Case, venue: Venue, snapshot: Snapshot) -> tuple[str, Text]:
    """Return the language and the text of a case's message. A zone without a name is called by its venue's."""
    language, template = text_in(case.campaign.content, case.recipient.language)
    venue_name = label_in(venue.name, language) or venue.slug
    zone_name = label_in(name_of(snapshot, case.occasion.zone_id), language)
    return language, render(template, {"venue": venue_name, "zone": zone_name or venue_name})
