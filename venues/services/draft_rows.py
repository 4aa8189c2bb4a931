"""The rows of a draft's features. Whoever writes them holds the draft (`journal.lock`) and writes the journal."""

from collections.abc import Sequence
from uuid import UUID

from venues import models, selectors
from venues.core.diff import is_same
from venues.core.imdf.features import Feature
from venues.services.journal import Stamp

# Rows of one statement: large enough to amortise the round trip, small enough for SQLite's limit of variables.
ROWS_PER_STATEMENT = 1_000


def row_of(draft: models.Draft, feature_id: UUID) -> models.DraftFeature | None:
    """Return the row of a feature, None where the draft does not have it."""
    return models.DraftFeature.objects.filter(draft=draft, feature_id=feature_id).first()


def put(draft: models.Draft, feature: Feature, stamp: Stamp) -> models.DraftFeature:
    """Add the feature or replace it; return its row."""
    row = row_of(draft, feature.id) or models.DraftFeature(draft=draft, feature_id=feature.id)
    _fill(row, feature, stamp).save()
    return row


def remove(draft: models.Draft, feature_id: UUID) -> None:
    """Remove the feature."""
    models.DraftFeature.objects.filter(draft=draft, feature_id=feature_id).delete()


def put_all(draft: models.Draft, features: Sequence[Feature], stamp: Stamp) -> None:
    """Make these the draft's features, all of them. Those that stay as they are keep their version."""
    wanted = {feature.id: feature for feature in features}
    same, stale = set(), []
    for feature in selectors.features_of(draft):
        if feature.id in wanted and is_same(feature, wanted[feature.id]):
            same.add(feature.id)
        else:
            stale.append(feature.id)
    for start in range(0, len(stale), ROWS_PER_STATEMENT):
        ids = stale[start : start + ROWS_PER_STATEMENT]
        models.DraftFeature.objects.filter(draft=draft, feature_id__in=ids).delete()
    rows = (_fill(models.DraftFeature(draft=draft, feature_id=f.id), f, stamp) for f in features if f.id not in same)
    models.DraftFeature.objects.bulk_create(rows, batch_size=ROWS_PER_STATEMENT)


def _fill(row: models.DraftFeature, feature: Feature, stamp: Stamp) -> models.DraftFeature:
    row.feature_type = feature.feature_type.value
    row.geometry = feature.geometry
    row.properties = feature.properties
    row.version, row.changed_by, row.changed_at = stamp.revision, stamp.by, stamp.now
    return row
