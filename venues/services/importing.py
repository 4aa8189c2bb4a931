"""Maps from elsewhere into a venue's working draft: the whole map or nothing of it."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from venues import models
from venues.core.imdf.features import Feature, FeatureType, Labels
from venues.core.validation import errors_in
from venues.errors import InvalidVenue, MapRefused
from venues.services import drafts
from venues.services.checking import findings_of


def import_features(
    *, slug: str, features: Iterable[Feature], time_zone: str | None, by: User | None, now: datetime
) -> models.Draft:
    """Make these features the working draft of the venue, and return the draft. Creates the venue where it is new.

    A new venue is called as its venue feature says, and in UTC; `time_zone` changes that of any venue where it is given.
    Raises MapRefused with every error of the map, and InvalidVenue for an unusable slug or time zone.
    """
    every = tuple(features)
    if errors := errors_in(findings_of(every)):
        raise MapRefused(errors)
    with transaction.atomic():
        venue = _venue(slug, _venue_name(every), time_zone)
        draft = drafts.open_draft(venue=venue, by=by, now=now)
        drafts.replace_features(draft=draft, features=every, by=by, now=now)
    return draft


def _venue(slug: str, name: Labels, time_zone: str | None) -> models.Venue:
    venue, created = models.Venue.objects.get_or_create(slug=slug)
    if created:
        venue.name = dict(name)
    venue.time_zone = time_zone or venue.time_zone
    try:
        venue.full_clean()
    except ValidationError as error:
        raise InvalidVenue(" ".join(error.messages), param=next(iter(error.message_dict))) from error
    venue.save()
    return venue


def _venue_name(features: tuple[Feature, ...]) -> Labels:
    """Return the name that the map's one venue feature has."""
    venue = next(feature for feature in features if feature.feature_type is FeatureType.VENUE)
    labels: Labels = venue.properties.get("name") or {}
    return labels
