"""Undo and redo: up and down the edits of a draft. Both are changes themselves, and stand in the journal."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from venues import models, storage
from venues.core.records import features_from
from venues.errors import NothingToRedo, NothingToUndo
from venues.services import draft_rows, journal
from venues.services.journal import OneFeature, Stamp, WholeMap
from venues.services.versions import Expected, require_revision


@transaction.atomic
def undo(*, draft: models.Draft, by: User | None, now: datetime, expected: Expected = None) -> models.DraftChange:
    """Take back the newest edit that stands, whoever made it; return the entry of the journal.

    Raises NothingToUndo, or DraftMoved when the draft is at none of the revisions expected.
    """
    stamp = journal.lock(draft, by, now)
    require_revision(draft, expected)
    edit = models.DraftChange.objects.filter(draft=draft, revision=draft.edit_revision).first()
    if edit is None:
        raise NothingToUndo("No edit of this draft stands: it is as it was opened.")
    _apply(draft, journal.content_of(edit).reversed(), stamp)
    return journal.add_undone(draft, edit, stamp)


@transaction.atomic
def redo(*, draft: models.Draft, by: User | None, now: datetime, expected: Expected = None) -> models.DraftChange:
    """Do the edit again that was taken back last; return the entry of the journal.

    Of several edits that were made on the same state, the newest is done. Raises NothingToRedo, or DraftMoved as undo does.
    """
    stamp = journal.lock(draft, by, now)
    require_revision(draft, expected)
    edits = models.DraftChange.objects.filter(draft=draft, parent_revision=draft.edit_revision)
    edit = edits.order_by("-revision").first()
    if edit is None:
        raise NothingToRedo("No edit was taken back since the last one was made.")
    _apply(draft, journal.content_of(edit), stamp)
    return journal.add_redone(draft, edit, stamp)


def _apply(draft: models.Draft, content: OneFeature | WholeMap, stamp: Stamp) -> None:
    if isinstance(content, WholeMap):
        draft_rows.put_all(draft, features_from(storage.get_blob(content.after_hash)), stamp)
    elif content.after is None:
        draft_rows.remove(draft, content.feature_id)
    else:
        draft_rows.put(draft, content.after, stamp)
