"""What the API of drafts says: rows in, plain JSON out."""

from collections.abc import Mapping, Sequence
from typing import Any

from venues import models
from venues.core.diff import FeatureDiff, MapDiff, PropertyChange
from venues.core.editing import feature_json, feature_of
from venues.core.imdf.features import Feature
from venues.selectors import feature_of_row

Json = dict[str, Any]


def draft(row: models.Draft) -> Json:
    """Return the draft without its features."""
    return {
        "id": str(row.id),
        "venue": row.venue.slug,
        "revision": row.revision,
        "features": row.features.count(),
        "can_undo": row.discarded_at is None and row.edit_revision > 0,
        "can_redo": row.journal.filter(parent_revision=row.edit_revision).exists(),
        "author": row.author and row.author.get_username(),
        "created_at": row.created_at,
        "changed_at": row.changed_at,
        "discarded_at": row.discarded_at,
    }


def draft_feature(row: models.DraftFeature) -> Json:
    """Return the feature as GeoJSON, with its version."""
    return feature_json(feature_of_row(row)) | {"version": row.version}


def draft_feature_list(draft_row: models.Draft, rows: Sequence[models.DraftFeature], *, limit: int) -> Json:
    """Return a page of features as a GeoJSON FeatureCollection."""
    return {
        "type": "FeatureCollection",
        "revision": draft_row.revision,
        "features": [draft_feature(row) for row in rows],
        "next_after": str(rows[-1].feature_id) if len(rows) == limit else None,
    }


def change(row: models.DraftChange) -> Json:
    """Return an entry of the journal."""
    return {
        "revision": row.revision,
        "action": row.action,
        "edit_revision": row.edit_revision,
        "feature_id": row.feature_id and str(row.feature_id),
        "before": _recorded(row, row.before),
        "after": _recorded(row, row.after),
        "author": row.author and row.author.get_username(),
        "changed_at": row.changed_at,
    }


def change_list(rows: Sequence[models.DraftChange], *, limit: int) -> Json:
    """Return a page of the journal."""
    return {
        "changes": [change(row) for row in rows],
        "next_before": rows[-1].revision if len(rows) == limit else None,
    }


def _recorded(row: models.DraftChange, record: Mapping[str, Any] | None) -> Json | None:
    if record is None or row.feature_id is None:
        return None
    return feature_json(feature_of(row.feature_id, record))


def diff(draft_row: models.Draft, difference: MapDiff, *, limit: int) -> Json:
    """Return what is different from the published map, at most `limit` of each kind."""
    published = draft_row.venue.current_publication
    return {
        "snapshot": published and published.snapshot_hash,
        "revision": draft_row.revision,
        "counts": {
            "added": len(difference.added),
            "removed": len(difference.removed),
            "changed": len(difference.changed),
        },
        "added": [_named(feature) for feature in difference.added[:limit]],
        "removed": [_named(feature) for feature in difference.removed[:limit]],
        "changed": [_changed(each) for each in difference.changed[:limit]],
    }


def _named(feature: Feature) -> Json:
    name = feature.properties.get("name")
    return {
        "id": str(feature.id),
        "feature_type": feature.feature_type.value,
        "name": name if isinstance(name, Mapping) else None,
    }


def _changed(each: FeatureDiff) -> Json:
    return _named(each.after) | {
        "geometry_changed": each.geometry_changed,
        "properties": [_property(change) for change in each.properties],
    }


def _property(change: PropertyChange) -> Json:
    before = {"before": change.before} if change.was_there else {}
    after = {"after": change.after} if change.is_there else {}
    return {"name": change.name, **before, **after}
