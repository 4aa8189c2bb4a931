"""Errors of the map.

ApiError
├── NotFound
│   ├── VenueNotFound          no venue has this slug
│   ├── NotPublished           the venue is there, its map is not
│   ├── SnapshotNotFound       the venue never published this hash
│   ├── PublicationNotFound    the venue has no publication of this number
│   ├── LevelNotFound          the map has no such level
│   ├── PlaceNotFound          the map has no such place
│   ├── DraftNotFound          there is no such draft, or the venue has none
│   ├── FeatureNotFound        the draft has no such feature
│   ├── OperatorNotFound       nobody who could be a member has this name
│   └── MemberNotFound         the operator has no role in the venue
├── InvalidRequest
│   ├── MapUnreadable          the file holds no map that can be opened
│   ├── InvalidVenue           a venue's slug, name or time zone can't be used
│   ├── InvalidFeature         what was sent is no feature, or no change of one
│   └── MapRefused             the map has errors; every finding is listed
│       └── DraftNotPublishable
├── Conflict
│   ├── DraftChanged           the draft is no longer what was compiled
│   ├── DraftDiscarded         the draft was discarded; its journal can still be read
│   ├── FeatureExists          the draft has a feature of this id
│   ├── NothingToUndo          no edit of the draft stands
│   └── NothingToRedo          no edit was taken back, or another one was made since
├── FeatureChanged             412: somebody else changed the feature first; both versions are shown
├── DraftMoved                 412: somebody else changed the draft first
├── PreconditionRequired       428: a change must say of which version it is, by If-Match
└── BlobError                  503
    ├── BlobMissing            the store has no blob of this hash
    └── BlobCorrupt            its content has another hash
"""

from collections.abc import Sequence

from apikit.errors import ApiError, Conflict, InvalidRequest, NotFound
from venues.core.validation.finding import Finding


class VenueNotFound(NotFound):
    code = "venue_not_found"


class NotPublished(NotFound):
    code = "not_published"


class SnapshotNotFound(NotFound):
    code = "snapshot_not_found"


class PublicationNotFound(NotFound):
    code = "publication_not_found"


class LevelNotFound(NotFound):
    code = "level_not_found"


class PlaceNotFound(NotFound):
    code = "place_not_found"


class DraftNotFound(NotFound):
    code = "draft_not_found"


class FeatureNotFound(NotFound):
    code = "feature_not_found"


class OperatorNotFound(NotFound):
    code = "operator_not_found"


class MemberNotFound(NotFound):
    code = "member_not_found"


class MapUnreadable(InvalidRequest):
    code = "map_unreadable"


class InvalidVenue(InvalidRequest):
    code = "invalid_venue"


class InvalidFeature(InvalidRequest):
    code = "invalid_feature"


class MapRefused(InvalidRequest):
    """The whole map is refused; `findings` says why, all of it."""

    code = "map_refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        listed = "\n".join(f"{finding.code}: {finding.message}" for finding in findings)
        detail = f"The map has {len(findings)} error(s); nothing of it was taken. Correct them and try again.\n{listed}"
        super().__init__(detail, findings=[finding.as_json() for finding in findings])
        self.findings = tuple(findings)


class DraftNotPublishable(MapRefused):
    """The draft has errors and can't be published."""

    code = "draft_not_publishable"


class DraftChanged(Conflict):
    code = "draft_changed"


class DraftDiscarded(Conflict):
    code = "draft_discarded"


class FeatureExists(Conflict):
    code = "feature_exists"


class NothingToUndo(Conflict):
    code = "nothing_to_undo"


class NothingToRedo(Conflict):
    code = "nothing_to_redo"


class FeatureChanged(ApiError):
    """`current` is the feature as it is now, with its version; `yours` as it would have become. None: it is not there."""

    code = "feature_changed"
    status = 412


class DraftMoved(ApiError):
    code = "draft_moved"
    status = 412


class PreconditionRequired(ApiError):
    code = "precondition_required"
    status = 428


class BlobError(ApiError):
    code = "blob_error"
    status = 503


class BlobMissing(BlobError):
    code = "blob_missing"


class BlobCorrupt(BlobError):
    code = "blob_corrupt"
