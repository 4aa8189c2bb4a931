"""What holds of every draft: its journal tells how it became what it is."""

from uuid import UUID

from venues import models, selectors, storage
from venues.core.imdf.features import Feature
from venues.core.records import features_from
from venues.services import journal
from venues.services.journal import WholeMap

Map = dict[UUID, Feature]


def map_of(draft: models.Draft) -> Map:
    return {feature.id: feature for feature in selectors.features_of(draft)}


def replayed(draft: models.Draft, opened_with: Map) -> Map:
    """Return the map that the journal leads to from what the draft was opened with; every entry must fit the one before."""
    features = dict(opened_with)
    for change in draft.journal.order_by("revision"):
        content = journal.content_of(change)
        if isinstance(content, WholeMap):
            assert features == _stored(content.before_hash), change
            features = _stored(content.after_hash)
            continue
        assert features.get(content.feature_id) == content.before, change
        features.pop(content.feature_id, None)
        if content.after is not None:
            features[content.feature_id] = content.after
    return features


def _stored(content_hash: str) -> Map:
    return {feature.id: feature for feature in features_from(storage.get_blob(content_hash))}
