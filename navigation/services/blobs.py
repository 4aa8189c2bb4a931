"""Collecting blobs that nothing names: what killed releases and checks of drafts have left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from beacons import selectors as beacons
from venues import selectors as venues
from venues import storage

# Blobs come before the row that names them: no release takes longer from the one to the other.
KEPT_UNNAMED = timedelta(days=1)


@dataclass(frozen=True)
class Collected:
    """What was deleted, or would be."""

    files: int
    size_bytes: int


def collect(*, now: datetime, dry_run: bool = False) -> Collected:
    """Delete the blobs that nothing names and nobody has put for a day; return what went. A release may be under way.

    Whoever means to name a blob puts it first, which makes it young; so what is old here and unnamed after that stays so,
    but for what is put meanwhile, and that is left alone. Only a folder is collected, no other store.
    """
    before = now - KEPT_UNNAMED
    old = list(storage.old_blobs(before))
    named = venues.named_blobs() | beacons.named_blobs()  # asked for after the old ones: none of them is named later
    orphaned = [blob for blob in old if blob.content_hash not in named]
    gone = orphaned if dry_run else [blob for blob in orphaned if storage.delete_blob(blob, before)]
    return Collected(len(gone), sum(blob.size_bytes for blob in gone))
