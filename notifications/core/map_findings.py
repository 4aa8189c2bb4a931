"""Findings of running campaigns over a map that is to be published under them."""

from uuid import UUID

from notifications.core.templates import Finding
from venues.core.validation.finding import Finding as MapFinding
from venues.core.validation.finding import error, warning


def over_the_map(campaign: str, zone_id: UUID, found: Finding) -> MapFinding:
    """Return what a finding of a running campaign's zone means for the map.

    A zone that the map lacks tells nothing: visits of it go on. In one that is too narrow visitors would come and go by mistake.
    """
    message = f'Campaign "{campaign}": {found.message} Or pause the campaign.'
    if found.code == "zone_too_narrow":
        return error("campaign_zone_too_narrow", zone_id, message)
    return warning("campaign_zone_unknown", zone_id, message)
