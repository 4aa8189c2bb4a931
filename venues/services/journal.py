"""The journal of a draft: who changed what, when, from what to what. Entries are added, never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from accounts.models import User
from venues import models, selectors, storage
from venues.core.editing import feature_of, record_of
from venues.core.imdf.features import Feature
from venues.core.snapshot import canonical_bytes


@dataclass(frozen=True)
class Stamp:
    """Who changes a draft when, and the revision that they make."""

    revision: int
    by: User | None
    now: datetime


class Content(Protocol):
    """What a change is about."""

    def fields(self) -> dict[str, Any]:
        """Return the fields of the journal's row."""

    def reversed(self) -> "Content":
        """Return the change that takes this one back."""


@dataclass(frozen=True)
class OneFeature:
    """A feature before and after; None where it was not, or is no longer there."""

    feature_id: UUID
    before: Feature | None
    after: Feature | None

    def fields(self) -> dict[str, Any]:
        return {
            "feature_id": self.feature_id,
            "before": self.before and record_of(self.before),
            "after": self.after and record_of(self.after),
        }

    def reversed(self) -> "OneFeature":
        return OneFeature(self.feature_id, self.after, self.before)


@dataclass(frozen=True)
class WholeMap:
    """The blobs of all features before and after."""

    before_hash: str
    after_hash: str

    @classmethod
    def of(cls, before: Iterable[Feature], after: Iterable[Feature]) -> "WholeMap":
        """Store both maps, each once, and return the change from one to the other."""
        return cls(*(storage.put_blob(canonical_bytes(features)) for features in (before, after)))

    def fields(self) -> dict[str, Any]:
        return {"before_hash": self.before_hash, "after_hash": self.after_hash}

    def reversed(self) -> "WholeMap":
        return WholeMap(self.after_hash, self.before_hash)


def content_of(change: models.DraftChange) -> OneFeature | WholeMap:
    """Return what an entry is about."""
    if change.feature_id is None:
        return WholeMap(change.before_hash, change.after_hash)
    before, after = (record and feature_of(change.feature_id, record) for record in (change.before, change.after))
    return OneFeature(change.feature_id, before, after)


def lock(draft: models.Draft, by: User | None, now: datetime) -> Stamp:
    """Hold the draft until the transaction ends, so that changes come one after the other; return the next one's stamp.

    Raises DraftDiscarded.
    """
    locked = models.Draft.objects.select_for_update().get(pk=draft.pk)
    selectors.require_in_work(locked)
    draft.revision, draft.edit_revision = locked.revision, locked.edit_revision
    return Stamp(locked.revision + 1, by, now)


def add_edit(draft: models.Draft, action: models.ChangeAction, content: Content, stamp: Stamp) -> models.DraftChange:
    """Write down an edit, made on those that stand; from now on it stands on top of them."""
    change = _add(draft, action, content, stamp, parent_revision=draft.edit_revision)
    _move(draft, edit_revision=stamp.revision, stamp=stamp)
    return change


def add_undone(draft: models.Draft, edit: models.DraftChange, stamp: Stamp) -> models.DraftChange:
    """Write down that an edit was taken back: the one that it was made on is now on top."""
    content = content_of(edit).reversed()
    change = _add(draft, models.ChangeAction.UNDONE, content, stamp, edit_revision=edit.revision)
    _move(draft, edit_revision=edit.parent_revision or 0, stamp=stamp)
    return change


def add_redone(draft: models.Draft, edit: models.DraftChange, stamp: Stamp) -> models.DraftChange:
    """Write down that an edit was done again."""
    change = _add(draft, models.ChangeAction.REDONE, content_of(edit), stamp, edit_revision=edit.revision)
    _move(draft, edit_revision=edit.revision, stamp=stamp)
    return change


def _add(
    draft: models.Draft, action: models.ChangeAction, content: Content, stamp: Stamp, **place: int
) -> models.DraftChange:
    return models.DraftChange.objects.create(
        draft=draft,
        revision=stamp.revision,
        action=action,
        author=stamp.by,
        changed_at=stamp.now,
        **place,
        **content.fields(),
    )


def _move(draft: models.Draft, *, edit_revision: int, stamp: Stamp) -> None:
    draft.revision, draft.edit_revision, draft.changed_at = stamp.revision, edit_revision, stamp.now
    draft.save(update_fields=["revision", "edit_revision", "changed_at"])
