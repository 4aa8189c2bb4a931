"""Publishing: blobs first, then one row, then the pointer. At any moment visitors have the old map or the new one, whole."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from venues import models, selectors, storage
from venues.core.snapshot import Snapshot, canonical_bytes, content_hash_of
from venues.core.validation import errors_in
from venues.errors import DraftChanged, DraftNotPublishable
from venues.events import snapshot_published
from venues.models import SwitchKind
from venues.services.checking import findings_of


def freeze(*, draft: models.Draft) -> Snapshot:
    """Check the draft, store its snapshot and return it. Raises DraftNotPublishable with every error."""
    features = selectors.features_of(draft)
    if errors := errors_in(findings_of(features)):
        raise DraftNotPublishable(errors)
    return selectors.snapshot(storage.put_blob(canonical_bytes(features)))


@transaction.atomic
def publish(
    *,
    draft: models.Draft,
    by: User | None,
    now: datetime,
    artefacts: Mapping[str, str],
    snapshot_hash: str | None = None,
) -> models.Publication:
    """Make the draft the map that visitors see, and return its publication.

    `artefacts` holds the blob hash of what was compiled from it by kind. `snapshot_hash` is the hash that `freeze` gave
    when it was compiled: where the draft has changed since, nothing is published and DraftChanged is raised.
    """
    venue = models.Venue.objects.select_for_update().get(pk=draft.venue_id)
    models.Draft.objects.select_for_update().get(pk=draft.pk)
    if snapshot_hash is None:
        snapshot_hash = freeze(draft=draft).content_hash
    elif content_hash_of(canonical_bytes(selectors.features_of(draft))) != snapshot_hash:
        raise DraftChanged("The draft was changed while it was being compiled. Publish it again.")
    publication = models.Publication.objects.create(
        venue=venue,
        number=_next_number(venue),
        snapshot_hash=snapshot_hash,
        artefacts=dict(artefacts),
        author=by,
        published_at=now,
    )
    _point_to(venue, publication, SwitchKind.PUBLISHED, by, now)
    return publication


@transaction.atomic
def restore(*, venue: models.Venue, number: int, by: User | None, now: datetime) -> models.Publication:
    """Make an earlier publication the map that visitors see again, and return it. The current one stays as it is.

    Raises PublicationNotFound, or BlobMissing when its snapshot or an artefact is no longer there.
    """
    locked = models.Venue.objects.select_for_update().get(pk=venue.pk)
    publication = selectors.publication_by_number(locked, number)
    for content_hash in (publication.snapshot_hash, *publication.artefacts.values()):
        storage.require_blob(content_hash)
    if locked.current_publication_id == publication.pk:
        return publication
    _point_to(locked, publication, SwitchKind.RESTORED, by, now)
    return publication


def _next_number(venue: models.Venue) -> int:
    """Return the venue's next publication number; the caller holds the venue's row."""
    newest: int | None = models.Publication.objects.filter(venue=venue).aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1


def _point_to(
    venue: models.Venue, publication: models.Publication, kind: SwitchKind, by: User | None, now: datetime
) -> None:
    """Switch the venue, held by the caller, to the publication; write down who did; tell after commit."""
    models.MapSwitch.objects.create(
        publication=publication, replaced=venue.current_publication, kind=kind, author=by, switched_at=now
    )
    venue.current_publication = publication
    venue.save(update_fields=["current_publication"])
    transaction.on_commit(lambda: snapshot_published.send(models.Publication, publication=publication))
