"""Venues and what they published. What is named by a hash is loaded once a process and kept."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from accounts.core.roles import ALL, NONE, RIGHTS, KeyLimits, Right, Role
from accounts.models import User
from apikit.services.memory import collector_paused, kept
from apikit.services.rows import rows_where
from venues import models, storage
from venues.core.imdf.features import Feature, FeatureType
from venues.core.imdf.writing import write_archive
from venues.core.map_json import feature_collection
from venues.core.place_search import Place, PlaceSearch
from venues.core.places import place_of, places_of
from venues.core.records import Bytes
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex
from venues.errors import (
    DraftDiscarded,
    DraftNotFound,
    FeatureNotFound,
    LevelNotFound,
    NotPublished,
    PlaceNotFound,
    PublicationNotFound,
    SnapshotNotFound,
    VenueNotFound,
)

# Maps kept in a process: the current one of a few venues, and the one before while visitors are under way.
KEPT_SNAPSHOTS = 8


# Answers kept as bytes: the types and levels of a few maps. A level of a large building is some 200 KB.
KEPT_DOCUMENTS = 512
KEPT_ARCHIVES = 2


@dataclass(frozen=True)
class Document:
    """An answer that never changes: its bytes, and the hash of them as entity tag (RFC 9110, 8.8.3), quoted."""

    data: bytes
    etag: str

    @classmethod
    def of(cls, data: bytes) -> "Document":
        return cls(data, f'"{hashlib.sha256(data).hexdigest()}"')


def venue_by_slug(slug: str) -> models.Venue:
    """Return the venue with its current publication. Raises VenueNotFound."""
    for venue in rows_where(models.Venue, slug=slug):
        for publication in rows_where(models.Publication, id=venue.current_publication_id):
            venue.current_publication = publication
        return venue
    raise VenueNotFound(f'There is no venue "{slug}". GET /api/v1/venues lists them.', param="slug")


def rights_of(user: User, limits: KeyLimits | None, venue_id: UUID) -> frozenset[Right]:
    """What the operator may do in the venue, with a key no more than `limits` lets through. Staff may do everything."""
    if not user.is_active:
        return NONE
    let_through = ALL if limits is None else limits.rights_at(venue_id)
    if user.is_staff or user.is_superuser:
        return let_through
    role = models.Membership.objects.filter(user=user, venue_id=venue_id).values_list("role", flat=True).first()
    return let_through & (RIGHTS[Role(role)] if role else NONE)


def is_operator(user: User, venue: models.Venue | None) -> bool:
    """Whether the person may do anything in the venue; in any, where none is given."""
    if user.is_staff or user.is_superuser:
        return True
    memberships = models.Membership.objects.filter(user=user)
    return (memberships if venue is None else memberships.filter(venue=venue)).exists()


def members_of(venue: models.Venue) -> QuerySet[models.Membership]:
    """The venue's members, by name."""
    return models.Membership.objects.filter(venue=venue).select_related("user", "granted_by").order_by("user__username")


def venue_id_of_draft(draft_id: UUID) -> UUID:
    """The venue of the draft, discarded or not. Raises DraftNotFound."""
    for draft in rows_where(models.Draft, id=draft_id):
        return draft.venue_id
    raise _no_draft(draft_id)


def published_venues() -> QuerySet[models.Venue]:
    """The venues that visitors can see, by slug."""
    return models.Venue.objects.select_related("current_publication").filter(current_publication__isnull=False)


def current_publication(venue: models.Venue) -> models.Publication:
    """Return what visitors see now. Raises NotPublished."""
    if venue.current_publication is None:
        raise NotPublished(f'Venue "{venue.slug}" has not been published yet. Publish its draft first.', param="slug")
    return venue.current_publication


def publication_by_number(venue: models.Venue, number: int) -> models.Publication:
    """Return the venue's publication of that number. Raises PublicationNotFound."""
    publication = models.Publication.objects.filter(venue=venue, number=number).first()
    if publication is None:
        raise PublicationNotFound(f'Venue "{venue.slug}" has no publication {number}.', param="number")
    return publication


def publications_of(venue: models.Venue, *, before: int | None, limit: int) -> list[models.Publication]:
    """Return a page of the venue's publications, newest first: those with a number below `before`."""
    publications = (
        models.Publication.objects.filter(venue=venue)
        .select_related("author")
        .prefetch_related("switches__author")
        .order_by("-number")
    )
    return list((publications if before is None else publications.filter(number__lt=before))[:limit])


def publication_of(venue: models.Venue, content_hash: str) -> models.Publication:
    """Return the venue's newest publication of that snapshot. Raises SnapshotNotFound."""
    found = models.Publication.objects.filter(venue=venue, snapshot_hash=content_hash).order_by("-number").first()
    if found is None:
        raise SnapshotNotFound(f'Venue "{venue.slug}" has published no snapshot {content_hash}.', param="content_hash")
    return found


def working_draft(venue: models.Venue) -> models.Draft | None:
    """Return the draft that imports and edits go to: the newest in work; None when there is none."""
    return drafts_of(venue).first()


def draft_by_id(draft_id: UUID) -> models.Draft:
    """Return the draft in work with its venue. Raises DraftNotFound or DraftDiscarded."""
    draft = draft_or_remains(draft_id)
    require_in_work(draft)
    return draft


def require_in_work(draft: models.Draft) -> None:
    """Raise DraftDiscarded where the draft was discarded."""
    if draft.discarded_at is not None:
        raise DraftDiscarded(
            f"Draft {draft.pk} was discarded at {draft.discarded_at:%Y-%m-%d %H:%M} UTC. "
            f"GET /api/v1/drafts/{draft.pk}/changes tells by whom. POST to the venue's drafts opens another.",
            param="draft_id",
        )


def draft_or_remains(draft_id: UUID) -> models.Draft:
    """Return the draft with its venue, even where only its journal is left. Raises DraftNotFound."""
    draft = models.Draft.objects.select_related("venue__current_publication", "author").filter(pk=draft_id).first()
    if draft is None:
        raise _no_draft(draft_id)
    return draft


def _no_draft(draft_id: UUID) -> DraftNotFound:
    return DraftNotFound(f"There is no draft {draft_id}. GET /api/v1/venues/SLUG/drafts lists them.", param="draft_id")


def drafts_of(venue: models.Venue) -> QuerySet[models.Draft]:
    """The venue's drafts in work, newest first."""
    drafts = models.Draft.objects.filter(venue=venue, discarded_at=None)
    return drafts.select_related("venue", "author").order_by("-created_at", "-id")


def draft_feature(draft: models.Draft, feature_id: UUID) -> models.DraftFeature:
    """Return the row of one of the draft's features. Raises FeatureNotFound."""
    row = models.DraftFeature.objects.filter(draft=draft, feature_id=feature_id).first()
    if row is None:
        raise FeatureNotFound(f"The draft has no feature {feature_id}.", param="feature_id")
    return row


def draft_features(
    draft: models.Draft, *, feature_type: FeatureType | None, level_id: UUID | None, after: UUID | None, limit: int
) -> list[models.DraftFeature]:
    """Return a page of the draft's features by id: those behind `after`, of a type and a level where they are given."""
    rows = models.DraftFeature.objects.filter(draft=draft).order_by("feature_id")
    if feature_type is not None:
        rows = rows.filter(feature_type=feature_type.value)
    if level_id is not None:
        rows = rows.filter(properties__level_id=str(level_id))
    if after is not None:
        rows = rows.filter(feature_id__gt=after)
    return list(rows[:limit])


def changes_of(draft: models.Draft, *, before: int | None, limit: int) -> list[models.DraftChange]:
    """Return a page of the draft's journal, newest first: the entries that are older than revision `before`."""
    changes = models.DraftChange.objects.filter(draft=draft).select_related("author").order_by("-revision")
    return list((changes if before is None else changes.filter(revision__lt=before))[:limit])


def published_features(venue: models.Venue) -> tuple[Feature, ...]:
    """Return the features of the map that visitors see now; none where they see none."""
    return () if venue.current_publication is None else current_snapshot(venue).features


def feature_of_row(row: models.DraftFeature) -> Feature:
    """Return the feature that a row holds."""
    return Feature(row.feature_id, FeatureType(row.feature_type), row.geometry, row.properties)


@collector_paused()
def features_of(draft: models.Draft) -> tuple[Feature, ...]:
    """Return the draft's features by id."""
    rows = draft.features.order_by("feature_id").values_list("feature_id", "feature_type", "geometry", "properties")
    return tuple(Feature(id_, FeatureType(kind), geometry, properties) for id_, kind, geometry, properties in rows)


def named_blobs() -> set[str]:
    """Return the blobs that publications and the journals of drafts name."""
    hashes: set[str] = set()
    for snapshot_hash, artefacts in models.Publication.objects.values_list("snapshot_hash", "artefacts").iterator():
        hashes |= {snapshot_hash, *artefacts.values()}
    for pair in models.DraftChange.objects.filter(feature_id=None).values_list("before_hash", "after_hash").iterator():
        hashes.update(pair)
    return hashes


@kept(KEPT_SNAPSHOTS)
@collector_paused()
def snapshot(content_hash: str) -> Snapshot:
    """Return the snapshot of that hash. Raises BlobMissing or BlobCorrupt."""
    data = _map_data(content_hash)
    found = Snapshot.from_bytes(data)
    storage.let_go(data)
    return found


@collector_paused()
def read_ahead(content_hash: str) -> None:
    """Read what of a map is read on demand: its shapes, what is where, and its places. Raises BlobMissing or BlobCorrupt."""
    spatial_index(content_hash).make()
    place_search(content_hash)
    storage.let_go(_map_data(content_hash))


@lru_cache(maxsize=KEPT_SNAPSHOTS)
def _map_data(content_hash: str) -> Bytes:
    return storage.mapped_blob(content_hash)


def current_snapshot(venue: models.Venue) -> Snapshot:
    """Return the map that visitors see now. Raises NotPublished."""
    return snapshot(current_publication(venue).snapshot_hash)


@kept(KEPT_SNAPSHOTS)
def spatial_index(content_hash: str) -> SpatialIndex:
    """Return the spatial index of the snapshot of that hash."""
    return SpatialIndex(snapshot(content_hash))


@kept(KEPT_SNAPSHOTS)
def place_search(content_hash: str) -> PlaceSearch:
    """Return the search over the places of the snapshot of that hash."""
    return PlaceSearch(places_of(snapshot(content_hash)))


def places(content_hash: str) -> tuple[Place, ...]:
    """Return the places of the snapshot of that hash."""
    return place_search(content_hash).places


def place(content_hash: str, place_id: UUID) -> Place:
    """Return the place of that id: one that is searched for, or any other feature that one can go to. Raises PlaceNotFound."""
    found = place_search(content_hash).by_id.get(place_id) or place_of(snapshot(content_hash), place_id)
    if found is None:
        raise PlaceNotFound(f"The map has no place {place_id}. GET .../places finds places.", param="id")
    return found


@lru_cache(maxsize=KEPT_DOCUMENTS)
def feature_document(content_hash: str, feature_type: FeatureType | None, level_id: UUID | None) -> Document:
    """Return the GeoJSON of a snapshot's features, of one type and one level where they are given. Raises LevelNotFound."""
    map_ = snapshot(content_hash)
    if level_id is not None and level_id not in map_.levels:
        raise LevelNotFound(f"The map has no level {level_id}. GET /api/v1/venues/SLUG lists them.", param="level")
    return Document.of(feature_collection(map_, feature_type, level_id))


@lru_cache(maxsize=KEPT_ARCHIVES)
def imdf_document(content_hash: str) -> Document:
    """Return the snapshot as an IMDF archive (zip)."""
    return Document.of(write_archive(snapshot(content_hash).features))
