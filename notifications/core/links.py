"""Links of messages: addresses of the visitors' site, such as `/#place=ID` or `/#to=ID`, or of anything by https."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from venues.core.snapshot import Snapshot

# What the address of the site may name places by: one that is shown, and the ends of a route.
ROUTE_ENDS = ("from", "to")
PLACE_KEYS = ("place", *ROUTE_ENDS)


def is_link(link: str) -> bool:
    """Return whether a message may lead there: the site itself, or https, because the page that shows it is https too.

    A browser reads a backslash as a slash, and drops tabs and line ends (https://url.spec.whatwg.org/#url-parsing).

    >>> is_link("/#place=7"), is_link("https://x.example"), is_link("//x.example"), is_link("javascript:alert(1)")
    (True, True, False, False)
    >>> is_link("/\\\\x.example"), is_link("https://")
    (False, False)
    """
    if "\\" in link or any(character.isspace() for character in link):
        return False
    if link.startswith("/"):
        return not link.startswith("//")
    return link.startswith("https://") and bool(urlsplit(link).hostname)


def unknown_places(link: str, snapshot: Snapshot) -> Iterator[str]:
    """Yield the places that a link to the site names and that the map lacks."""
    if not link.startswith("/"):
        return
    parts = urlsplit(link)
    for values in (parse_qs(parts.query), parse_qs(parts.fragment)):
        for key in PLACE_KEYS:
            for value in values.get(key, []):
                if not (key in ROUTE_ENDS and _is_point(value)) and not _is_on(snapshot, value):
                    yield value


def _is_point(value: str) -> bool:
    """Return whether it is a longitude, latitude and level."""
    try:
        return len([float(number) for number in value.split(",")]) == 3
    except ValueError:
        return False


def _is_on(snapshot: Snapshot, value: str) -> bool:
    try:
        return UUID(value) in snapshot.by_id
    except ValueError:
        return False
