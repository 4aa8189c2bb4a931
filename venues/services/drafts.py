"""Drafts: opened from the published map, edited feature by feature, or replaced whole."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from venues import models, selectors
from venues.core.imdf.features import Feature
from venues.errors import FeatureChanged, FeatureNotFound

# Rows of one INSERT: large enough to amortise the round trip, small enough for SQLite's limit of variables.
ROWS_PER_INSERT = 1_000


@transaction.atomic
def open_draft(*, venue: models.Venue, by: User | None, now: datetime) -> models.Draft:
    """Return the venue's working draft; where there is none, a new one that holds what is published now."""
    models.Venue.objects.select_for_update().get(pk=venue.pk)  # two importers at once share one working draft
    if (draft := selectors.working_draft(venue)) is not None:
        return draft
    draft = models.Draft.objects.create(venue=venue, author=by, created_at=now, changed_at=now)
    if venue.current_publication is not None:
        replace_features(draft=draft, features=selectors.current_snapshot(venue).features, by=by, now=now)
    return draft


@transaction.atomic
def put_feature(
    *, draft: models.Draft, feature: Feature, by: User | None, now: datetime, if_version: int | None = None
) -> models.DraftFeature:
    """Add the feature or replace it. Raises FeatureChanged when `if_version` is given and is not its version now."""
    revision = _next_revision(draft, now)
    row = models.DraftFeature.objects.filter(draft=draft, feature_id=feature.id).first()
    _require_version(feature.id, row, if_version)
    row = row or models.DraftFeature(draft=draft, feature_id=feature.id)
    _fill(row, feature, revision, by, now)
    row.save()
    return row


@transaction.atomic
def delete_feature(
    *, draft: models.Draft, feature_id: UUID, by: User | None, now: datetime, if_version: int | None = None
) -> None:
    """Remove the feature. Raises FeatureNotFound, or FeatureChanged as in put_feature."""
    _next_revision(draft, now)
    row = models.DraftFeature.objects.filter(draft=draft, feature_id=feature_id).first()
    if row is None:
        raise FeatureNotFound(f"The draft has no feature {feature_id}.", param="feature_id")
    _require_version(feature_id, row, if_version)
    row.delete()


@transaction.atomic
def replace_features(*, draft: models.Draft, features: Iterable[Feature], by: User | None, now: datetime) -> None:
    """Make these the draft's features, all of them. Ids must be unique."""
    revision = _next_revision(draft, now)
    models.DraftFeature.objects.filter(draft=draft).delete()
    rows = (_fill(models.DraftFeature(draft=draft, feature_id=f.id), f, revision, by, now) for f in features)
    models.DraftFeature.objects.bulk_create(rows, batch_size=ROWS_PER_INSERT)


def _fill(
    row: models.DraftFeature, feature: Feature, revision: int, by: User | None, now: datetime
) -> models.DraftFeature:
    row.feature_type = feature.feature_type.value
    row.geometry = feature.geometry
    row.properties = feature.properties
    row.version, row.changed_by, row.changed_at = revision, by, now
    return row


def _next_revision(draft: models.Draft, now: datetime) -> int:
    """Lock the draft until the end of the transaction and return its new revision."""
    locked = models.Draft.objects.select_for_update().get(pk=draft.pk)
    draft.revision, draft.changed_at = locked.revision + 1, now
    draft.save(update_fields=["revision", "changed_at"])
    return draft.revision


def _require_version(feature_id: UUID, row: models.DraftFeature | None, if_version: int | None) -> None:
    if if_version is None or (row is not None and row.version == if_version):
        return
    now_at = "it was deleted" if row is None else f"it is at version {row.version}"
    raise FeatureChanged(
        f"Feature {feature_id} was changed by somebody else: you sent version {if_version}, {now_at}. "
        "Read it again, and repeat your change.",
        version=None if row is None else row.version,
    )
