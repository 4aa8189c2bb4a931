"""Drafts: opened from the published map, edited feature by feature or replaced whole; every change is in the journal."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from venues import models, selectors
from venues.core.diff import is_same
from venues.core.editing import FeaturePatch
from venues.core.imdf.features import Feature
from venues.core.records import features_from
from venues.core.snapshot import canonical_bytes
from venues.errors import FeatureExists, FeatureNotFound
from venues.models import ChangeAction
from venues.services import draft_rows, journal
from venues.services.journal import OneFeature, Stamp, WholeMap
from venues.services.versions import Expected, require_revision, require_version


@transaction.atomic
def open_draft(*, venue: models.Venue, by: User | None, now: datetime) -> models.Draft:
    """Return the venue's working draft; where there is none, a new one that holds what is published now."""
    models.Venue.objects.select_for_update().get(pk=venue.pk)  # two importers at once share one working draft
    if (draft := selectors.working_draft(venue)) is not None:
        return draft
    draft = models.Draft.objects.create(venue=venue, author=by, created_at=now, changed_at=now)
    if venue.current_publication is not None:
        draft_rows.put_all(draft, selectors.current_snapshot(venue).features, Stamp(0, by, now))
    return draft


@transaction.atomic
def add_feature(*, draft: models.Draft, feature: Feature, by: User | None, now: datetime) -> models.DraftFeature:
    """Add the feature. Raises FeatureExists when the draft has one of its id."""
    stamp = journal.lock(draft, by, now)
    if draft_rows.row_of(draft, feature.id) is not None:
        raise FeatureExists(f"The draft has a feature {feature.id}. Change that one, or give another id.", param="id")
    return _put(draft, None, feature, stamp)


@transaction.atomic
def change_feature(
    *,
    draft: models.Draft,
    feature_id: UUID,
    patch: FeaturePatch,
    by: User | None,
    now: datetime,
    expected: Expected = None,
) -> models.DraftFeature:
    """Change some members of the feature. Raises FeatureNotFound, FeatureChanged when it is at none of the versions
    expected, or InvalidFeature where the patch is of a feature of another type.
    """
    stamp = journal.lock(draft, by, now)
    row = draft_rows.row_of(draft, feature_id)
    before = None if row is None else selectors.feature_of_row(row)
    after = None if before is None else patch.apply(before)
    require_version(feature_id, row, expected, yours=after)
    if before is None or after is None:
        raise _unknown(feature_id)
    return _put(draft, before, after, stamp)


@transaction.atomic
def delete_feature(
    *, draft: models.Draft, feature_id: UUID, by: User | None, now: datetime, expected: Expected = None
) -> None:
    """Remove the feature. Raises FeatureNotFound, or FeatureChanged when it is at none of the versions expected."""
    stamp = journal.lock(draft, by, now)
    row = draft_rows.row_of(draft, feature_id)
    require_version(feature_id, row, expected, yours=None)
    if row is None:
        raise _unknown(feature_id)
    content = OneFeature(feature_id, selectors.feature_of_row(row), None)
    draft_rows.remove(draft, feature_id)
    journal.add_edit(draft, ChangeAction.REMOVED, content, stamp)


@transaction.atomic
def replace_features(*, draft: models.Draft, features: Iterable[Feature], by: User | None, now: datetime) -> None:
    """Make these the draft's features, all of them: one entry of the journal, none where it has just these already.

    Ids must be unique.
    """
    stamp = journal.lock(draft, by, now)
    data = canonical_bytes(features)
    wanted = features_from(data)  # as JSON has them: a tuple of coordinates has become a list
    change = WholeMap.of(selectors.features_of(draft), wanted)
    if change.before_hash == change.after_hash:
        return
    draft_rows.put_all(draft, wanted, stamp)
    journal.add_edit(draft, ChangeAction.REPLACED, change, stamp)


@transaction.atomic
def discard(*, draft: models.Draft, by: User | None, now: datetime, expected: Expected = None) -> None:
    """Empty the draft for good; the map as it was is kept by the journal's last entry, which can still be read.

    Raises DraftMoved when it is at none of the revisions expected, and DraftDiscarded when it was discarded before.
    """
    stamp = journal.lock(draft, by, now)
    require_revision(draft, expected)
    change = WholeMap.of(selectors.features_of(draft), ())
    draft_rows.put_all(draft, (), stamp)
    journal.add_edit(draft, ChangeAction.DISCARDED, change, stamp)
    draft.discarded_at = now
    draft.save(update_fields=["discarded_at"])


def _put(draft: models.Draft, before: Feature | None, after: Feature, stamp: Stamp) -> models.DraftFeature:
    """Write the feature and the journal; a feature that is just so already keeps its version, and nothing is journalled."""
    if before is not None and is_same(before, after) and (row := draft_rows.row_of(draft, after.id)):
        return row
    content = OneFeature(after.id, before, after)
    row = draft_rows.put(draft, after, stamp)
    journal.add_edit(draft, ChangeAction.ADDED if before is None else ChangeAction.CHANGED, content, stamp)
    return row


def _unknown(feature_id: UUID) -> FeatureNotFound:
    return FeatureNotFound(f"The draft has no feature {feature_id}.", param="feature_id")
