"""What the venues API accepts, and the shape of what it returns."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from venues.core.imdf.features import FeatureType

MAX_PLACES = 100
MAX_QUERY_CHARACTERS = 200


class LabelsField(serializers.DictField):
    """Text by language tag (BCP 47)."""

    child = serializers.CharField()


@extend_schema_field(OpenApiTypes.STR)
class NearField(serializers.Field[tuple[float, float, str], str, str, Any]):
    """`lng,lat,level`; the level by its id or its ordinal."""

    def to_internal_value(self, data: Any) -> tuple[float, float, str]:
        parts = str(data).split(",")
        try:
            lng, lat, level = float(parts[0]), float(parts[1]), parts[2].strip()
        except (ValueError, IndexError) as error:
            raise serializers.ValidationError(f'"{data}" must be lng,lat,level such as 51.5257,25.2828,0.') from error
        if len(parts) != 3 or not (-180 <= lng <= 180 and -90 <= lat <= 90):
            raise serializers.ValidationError(f'"{data}" must be lng,lat,level in degrees, such as 51.5257,25.2828,0.')
        return lng, lat, level


class FeatureQuerySerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(
        choices=[kind.value for kind in FeatureType], required=False, help_text="Only features of this type."
    )
    level = serializers.UUIDField(required=False, help_text="Only features on the level of this id.")


class LanguageQuerySerializer(serializers.Serializer[Any]):
    lang = serializers.CharField(
        default="en", max_length=35, help_text="Language tag for texts that come in one language."
    )


class PlaceQuerySerializer(LanguageQuerySerializer):
    q = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=MAX_QUERY_CHARACTERS,
        help_text="Words of a name or a category, in any language, with typing errors.",
    )  # fmt: skip
    category = serializers.CharField(
        required=False, max_length=80, help_text="IMDF category; those below it are found too."
    )
    near = NearField(required=False, help_text="lng,lat,level: nearer places first.")
    open_at = serializers.DateTimeField(required=False, help_text="Only places that are open then, or give no hours.")
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=MAX_PLACES)


class SnapshotSerializer(serializers.Serializer[Any]):
    hash = serializers.CharField(help_text="SHA-256 of the map: the name of everything computed on it.")
    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()


class VenueSummarySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = LabelsField()
    time_zone = serializers.CharField()
    snapshot = SnapshotSerializer()


class VenueListSerializer(serializers.Serializer[Any]):
    venues = VenueSummarySerializer(many=True)


class NamedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = LabelsField()


class LevelSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ordinal = serializers.FloatField(help_text="Order in space; 0 is the street.")
    short_name = LabelsField()
    name = LabelsField()
    building = NamedSerializer(allow_null=True, help_text="null for a level of the open.")
    outdoor = serializers.BooleanField()


class VenueSerializer(VenueSummarySerializer):
    bbox = serializers.ListField(
        child=serializers.FloatField(), min_length=4, max_length=4, help_text="west, south, east, north in degrees."
    )
    levels = LevelSerializer(many=True)


class LevelReferenceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ordinal = serializers.FloatField()
    short_name = serializers.CharField()


class PointSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["Point"])
    coordinates = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, help_text="lng, lat in degrees."
    )


class PlacePropertiesSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    feature_type = serializers.ChoiceField(choices=[kind.value for kind in FeatureType])
    name = LabelsField()
    alt_names = serializers.ListField(child=LabelsField())
    category = serializers.CharField()
    level = LevelReferenceSerializer(allow_null=True)
    level_id = serializers.UUIDField(allow_null=True)
    building = NamedSerializer(allow_null=True)
    unit_ids = serializers.ListField(child=serializers.UUIDField())
    hours = serializers.CharField(
        allow_null=True, help_text="opening_hours of OpenStreetMap, in the venue's time zone."
    )
    distance_m = serializers.FloatField(required=False, help_text="Straight from `near`, with 40 m for each level.")
    walk_s = serializers.FloatField(
        required=False, allow_null=True, help_text="Seconds to walk from `near`; null where no way leads there."
    )
    match = serializers.ChoiceField(
        required=False, choices=["exact_name", "by_name", "by_category", "mistyped"], help_text="How it was found."
    )


class PlaceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=["Feature"])
    feature_type = serializers.ChoiceField(choices=[kind.value for kind in FeatureType])
    geometry = PointSerializer(allow_null=True)
    properties = PlacePropertiesSerializer()


class OnePlaceSerializer(PlaceSerializer):
    snapshot = serializers.CharField()


class PlaceListSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["FeatureCollection"])
    snapshot = serializers.CharField()
    features = PlaceSerializer(many=True)


class CategorySerializer(serializers.Serializer[Any]):
    category = serializers.CharField()
    name = LabelsField()
    places = serializers.IntegerField(help_text="How many places have exactly this category.")


class CategoryListSerializer(serializers.Serializer[Any]):
    snapshot = serializers.CharField()
    categories = CategorySerializer(many=True)


class FeatureSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=["Feature"])
    feature_type = serializers.ChoiceField(choices=[kind.value for kind in FeatureType])
    geometry = serializers.JSONField(allow_null=True, help_text="GeoJSON geometry (RFC 7946).")
    properties = serializers.JSONField(
        help_text="As IMDF has them, and id, feature_type, level_id; of units: walkable."
    )


class FeatureListSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["FeatureCollection"])
    snapshot = serializers.CharField()
    features = FeatureSerializer(many=True)
