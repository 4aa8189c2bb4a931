"""Lost updates: whoever changes something says which version they saw, and is refused where it is no longer that."""

from collections.abc import Set
from typing import Any
from uuid import UUID

from venues import models
from venues.core.editing import feature_json
from venues.core.imdf.features import Feature
from venues.errors import DraftMoved, FeatureChanged
from venues.selectors import feature_of_row

Json = dict[str, Any]
Expected = Set[int] | None
"""The versions that a change may be made on; None: whatever is there."""


def require_version(
    feature_id: UUID, row: models.DraftFeature | None, expected: Expected, *, yours: Feature | None
) -> None:
    """Raise FeatureChanged, with both versions, unless the feature is at one of the versions expected.

    A feature that is not there passes where nobody says that they saw it.
    """
    if expected is None or (row is not None and row.version in expected):
        return
    seen = ", ".join(map(str, sorted(expected)))
    now_at = "it was deleted" if row is None else f"it is at version {row.version}"
    raise FeatureChanged(
        f"Feature {feature_id} was changed by somebody else: you sent version {seen}, {now_at}. "
        "Read it again, and repeat your change.",
        version=None if row is None else row.version,
        current=None if row is None else _current(row),
        yours=yours and feature_json(yours),
    )


def require_revision(draft: models.Draft, expected: Expected) -> None:
    """Raise DraftMoved unless the draft, held by the caller, is at one of the revisions expected."""
    if expected is not None and draft.revision not in expected:
        raise DraftMoved(
            f"The draft was changed by somebody else: it is at revision {draft.revision}. "
            "Read its changes, and repeat then what you still want to do.",
            revision=draft.revision,
        )


def _current(row: models.DraftFeature) -> Json:
    return feature_json(feature_of_row(row)) | {
        "version": row.version,
        "changed_by": row.changed_by and row.changed_by.get_username(),
        "changed_at": row.changed_at,
    }
