"""Links of messages: addresses of the visitors' site, such as `/#place=ID` or `/#to=ID`, or of anything by https."""

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from venues.core.snapshot import Snapshot

# What the address of the site may name places by: one that is shown, and the ends of a route.
PLACE_KEYS = ("place", "from", "to")


def is_link(link: str) -> bool:
    """Return whether a message may lead there: the site itself, or https, because the page that shows it is https too.

    >>> is_link("/#place=7"), is_link("https://x.example"), is_link("//x.example"), is_link("javascript:alert(1)")
    (True, True, False, False)
    """
    return (link.startswith("/") and not link.startswith("//")) or link.startswith("https://")


def unknown_places(link: str, snapshot: Snapshot) -> Iterator[UUID]:
    """Yield the places that a link to the site names and that the map lacks."""
    if not link.startswith("/"):
        return
    parts = urlsplit(link)
    for values in (parse_qs(parts.query), parse_qs(parts.fragment)):
        for key in PLACE_KEYS:
            for value in values.get(key, []):
                with suppress(ValueError):  # a point: longitude, latitude, level
                    if (place_id := UUID(value)) not in snapshot.by_id:
                        yield place_id
