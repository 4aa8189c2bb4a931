"""What the API of drafts accepts, and the shape of what it returns."""

from typing import Any

from rest_framework import serializers

from apikit.api.serializers import ProblemSerializer
from venues.api.serializers import LabelsField
from venues.core.imdf.features import FeatureType
from venues.models import ChangeAction

MAX_FEATURES = 1_000
MAX_CHANGES = 200
MAX_DIFFERENCES = 5_000

TYPES = [kind.value for kind in FeatureType]


class DraftSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    venue = serializers.CharField(help_text="The venue's slug.")
    revision = serializers.IntegerField(help_text="Grows with every change; the draft's ETag.")
    features = serializers.IntegerField(help_text="How many features the draft has.")
    can_undo = serializers.BooleanField()
    can_redo = serializers.BooleanField()
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    discarded_at = serializers.DateTimeField(allow_null=True, help_text="From then on only its journal is left.")


class DraftListSerializer(serializers.Serializer[Any]):
    drafts = DraftSerializer(many=True)


class DraftFeatureQuerySerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=TYPES, required=False, help_text="Only features of this type.")
    level = serializers.UUIDField(required=False, help_text="Only features that name this level as theirs.")
    after = serializers.UUIDField(required=False, help_text="The last id of the page before.")
    limit = serializers.IntegerField(required=False, default=MAX_FEATURES, min_value=1, max_value=MAX_FEATURES)


class DraftFeatureSerializer(serializers.Serializer[Any]):
    """A feature of a draft, as written."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=["Feature"])
    feature_type = serializers.ChoiceField(choices=TYPES)
    geometry = serializers.JSONField(allow_null=True, help_text="GeoJSON geometry (RFC 7946).")
    properties = serializers.JSONField(help_text="As IMDF has them, and any other.")
    version = serializers.IntegerField(help_text="The draft's revision that changed it last; its ETag.")


class DraftFeatureListSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["FeatureCollection"])
    revision = serializers.IntegerField()
    features = DraftFeatureSerializer(many=True)
    next_after = serializers.UUIDField(allow_null=True, help_text="Send it as `after`; null on the last page.")


class NewFeatureSerializer(serializers.Serializer[Any]):
    """A GeoJSON Feature with its IMDF type."""

    id = serializers.UUIDField(required=False, help_text="Chosen here where it is left out.")
    type = serializers.ChoiceField(choices=["Feature"], required=False)
    feature_type = serializers.ChoiceField(choices=TYPES)
    geometry = serializers.JSONField(required=False, allow_null=True)
    properties = serializers.JSONField(required=False)


class FeaturePatchSerializer(serializers.Serializer[Any]):
    """What shall be another: the geometry as a whole, properties one by one. null is a value, as in IMDF."""

    geometry = serializers.JSONField(required=False, allow_null=True)
    properties = serializers.JSONField(required=False)
    removed_properties = serializers.ListField(child=serializers.CharField(), required=False)


class LostUpdateSerializer(ProblemSerializer):
    """Both versions of a feature that somebody else changed first."""

    version = serializers.IntegerField(allow_null=True)
    current = DraftFeatureSerializer(allow_null=True, help_text="As it is now; null: it was deleted.")
    yours = NewFeatureSerializer(allow_null=True, help_text="As it would have become; null: deleted.")


class ChangeQuerySerializer(serializers.Serializer[Any]):
    before = serializers.IntegerField(required=False, min_value=1, help_text="Only changes older than this revision.")
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=MAX_CHANGES)


class ChangeSerializer(serializers.Serializer[Any]):
    """An entry of a draft's journal. Of a change of the whole map, the features before and after are left out."""

    revision = serializers.IntegerField()
    action = serializers.ChoiceField(choices=ChangeAction.choices)
    edit_revision = serializers.IntegerField(allow_null=True, help_text="The edit that was undone or redone.")
    feature_id = serializers.UUIDField(allow_null=True, help_text="null: the whole map.")
    before = NewFeatureSerializer(allow_null=True)
    after = NewFeatureSerializer(allow_null=True)
    author = serializers.CharField(allow_null=True)
    changed_at = serializers.DateTimeField()


class ChangeListSerializer(serializers.Serializer[Any]):
    changes = ChangeSerializer(many=True)
    next_before = serializers.IntegerField(allow_null=True, help_text="Send it as `before`; null on the last page.")


class MovedSerializer(serializers.Serializer[Any]):
    draft = DraftSerializer()
    change = ChangeSerializer()


class DiffQuerySerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(
        required=False, default=1_000, min_value=1, max_value=MAX_DIFFERENCES, help_text="At most so many of each kind."
    )


class DiffFeatureSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    feature_type = serializers.ChoiceField(choices=TYPES)
    name = LabelsField(allow_null=True)


class PropertyChangeSerializer(serializers.Serializer[Any]):
    """`before` is left out where the property was not there, `after` where it is no longer there."""

    name = serializers.CharField()
    before = serializers.JSONField(required=False, allow_null=True)
    after = serializers.JSONField(required=False, allow_null=True)


class ChangedFeatureSerializer(DiffFeatureSerializer):
    geometry_changed = serializers.BooleanField()
    properties = PropertyChangeSerializer(many=True)


class DiffCountsSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField()


class DiffSerializer(serializers.Serializer[Any]):
    """What publishing the draft would change. The counts are of all, whatever the limit."""

    snapshot = serializers.CharField(allow_null=True, help_text="The published map; null where there is none.")
    revision = serializers.IntegerField()
    counts = DiffCountsSerializer()
    added = DiffFeatureSerializer(many=True)
    removed = DiffFeatureSerializer(many=True)
    changed = ChangedFeatureSerializer(many=True)
