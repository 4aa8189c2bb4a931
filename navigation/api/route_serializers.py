"""What the routes API accepts, as `bodies` reads it, and the shape of what it returns: for the API's document."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apikit.api.serializers import MomentField, ProblemSerializer
from navigation.core.guiding.maneuvers import ManeuverType, Modifier, Side
from navigation.core.preferences import FASTEST_MPS, SLOWEST_MPS, Avoidance, Preference
from navigation.core.route_answers import BlockedReason
from navigation.services.isochrones import LONGEST_S, MAX_LIMITS
from navigation.services.matrices import MAX_MATRIX_SIDE
from navigation.services.routing import MAX_ALTERNATIVES, MAX_VIA
from navigation.services.waypoints import MAX_GROUP, Waypoint
from venues.core.imdf.features import FeatureType

WAYPOINT_SCHEMA: Mapping[str, Any] = {
    "oneOf": [
        {"type": "object", "required": ["place"], "properties": {"place": {"type": "string", "format": "uuid"}}},
        {
            "type": "object",
            "required": ["places"],
            "description": "The nearest of these places by walking time.",
            "properties": {
                "places": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MAX_GROUP,
                    "items": {"type": "string", "format": "uuid"},
                }
            },
        },
        {
            "type": "object",
            "required": ["lng", "lat", "level"],
            "properties": {
                "lng": {"type": "number"},
                "lat": {"type": "number"},
                "level": {
                    "description": "The id or the ordinal of a level, or an object that has one of them.",
                    "oneOf": [{"type": "string"}, {"type": "number"}, {"type": "object"}],
                },
            },
        },
        {
            "type": "object",
            "required": ["category"],
            "description": "The nearest of the category by walking time.",
            "properties": {"category": {"type": "string"}},
        },
    ]
}


@extend_schema_field(dict(WAYPOINT_SCHEMA))
class WaypointField(serializers.Field[Waypoint, Any, Any, Any]):
    """A place, the nearest of several, a point on a level, or the nearest of a category."""


class TravelSerializer(serializers.Serializer[Any]):
    """How and when somebody goes."""

    profile = serializers.CharField(default="walk", max_length=40, help_text="A name of GET /profiles.")
    prefer = serializers.ListField(
        child=serializers.ChoiceField(choices=[preference.value for preference in Preference]), default=list
    )
    avoid = serializers.ListField(
        child=serializers.ChoiceField(choices=[avoidance.value for avoidance in Avoidance]), default=list
    )
    speed_mps = serializers.FloatField(
        default=None, min_value=SLOWEST_MPS, max_value=FASTEST_MPS, allow_null=True,
        help_text="The visitor's own walking speed on the flat; without it the profile's. Machines keep theirs.",
    )  # fmt: skip

    depart_at = MomentField(
        default=timezone.now, help_text="When one sets out, with the offset from UTC; now where it is missing."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "To the nearest restroom",
            {
                "origin": {"lng": 51.5257, "lat": 25.2828, "level": 0},
                "destination": {"category": "restroom"},
                "profile": "wheelchair",
                "language": "ar",
            },
            request_only=True,
        )
    ]
)
class RouteRequestSerializer(TravelSerializer):
    origin = WaypointField()
    destination = WaypointField()
    via = serializers.ListField(child=WaypointField(), default=list, max_length=MAX_VIA)
    optimize_via = serializers.BooleanField(default=False, help_text="Visit `via` in the order that takes least.")
    language = serializers.CharField(
        default="en", max_length=35, help_text="Language tag of the instructions: English, Arabic or French."
    )
    alternatives = serializers.IntegerField(
        default=0, min_value=0, max_value=MAX_ALTERNATIVES,
        help_text="Other routes wanted beside the best; only those that really differ are given. Not together with `via`.",
    )  # fmt: skip


class MatrixRequestSerializer(TravelSerializer):
    origins = serializers.ListField(child=WaypointField(), min_length=1, max_length=MAX_MATRIX_SIDE)
    destinations = serializers.ListField(child=WaypointField(), min_length=1, max_length=MAX_MATRIX_SIDE)


class IsochroneRequestSerializer(TravelSerializer):
    origin = WaypointField()
    limits_s = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LONGEST_S), min_length=1, max_length=MAX_LIMITS,
        help_text="How far one gets in each of these times is asked for.",
    )  # fmt: skip
    language = serializers.CharField(default="en", max_length=35, help_text="Language tag of the levels' names.")


@extend_schema_serializer(component_name="AnswerLevel")
class LevelSerializer(serializers.Serializer[Any]):
    """A level as answers name it; the venue tells more of it."""

    id = serializers.UUIDField()
    ordinal = serializers.FloatField()
    short_name = serializers.CharField()


class ManeuverSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=[type_.value for type_ in ManeuverType])
    modifier = serializers.ChoiceField(choices=[modifier.value for modifier in Modifier], allow_null=True)
    bearing_deg = serializers.IntegerField(min_value=0, max_value=359, help_text="After the maneuver, from north.")
    position = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class LineStringSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["LineString"])
    coordinates = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2), min_length=2
    )


class LandmarkSerializer(serializers.Serializer[Any]):
    """Something that one sees where the step begins, and that the instruction names."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    side = serializers.ChoiceField(choices=[side.value for side in Side])


class StepSerializer(serializers.Serializer[Any]):
    maneuver = ManeuverSerializer()
    instruction = serializers.CharField()
    spoken = serializers.CharField(help_text="The instruction in short, its units in full, to be read aloud.")
    distance_m = serializers.FloatField()
    duration_s = serializers.FloatField()
    level = LevelSerializer()
    to_level = LevelSerializer(required=False, help_text="Where the step ends, if it changes levels.")
    landmark = LandmarkSerializer(required=False)
    geometry = LineStringSerializer()


class LegSerializer(serializers.Serializer[Any]):
    distance_m = serializers.FloatField()
    duration_s = serializers.FloatField()
    steps = StepSerializer(many=True)


class RouteSerializer(serializers.Serializer[Any]):
    distance_m = serializers.FloatField()
    duration_s = serializers.FloatField()
    profile = serializers.CharField()
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="Doors to wait at, destinations that are closed when one gets there."
    )
    legs = LegSerializer(many=True)


class TimedRouteSerializer(RouteSerializer):
    depart_at = serializers.DateTimeField()
    arrive_at = serializers.DateTimeField()


class RouteAnswerSerializer(serializers.Serializer[Any]):
    snapshot = serializers.CharField()
    routes = TimedRouteSerializer(many=True)


class MatrixAnswerSerializer(serializers.Serializer[Any]):
    """Rows are origins, columns destinations; null where there is no route."""

    snapshot = serializers.CharField()
    durations_s = serializers.ListField(child=serializers.ListField(child=serializers.FloatField(allow_null=True)))
    distances_m = serializers.ListField(child=serializers.ListField(child=serializers.FloatField(allow_null=True)))


class IsochronePropertiesSerializer(serializers.Serializer[Any]):
    limit_s = serializers.IntegerField()
    level = LevelSerializer()


class IsochroneFeatureSerializer(serializers.Serializer[Any]):
    """The area of one level that is reached within a limit."""

    type = serializers.ChoiceField(choices=["Feature"])
    geometry = serializers.DictField(help_text="A GeoJSON Polygon.")
    properties = IsochronePropertiesSerializer()


class IsochroneSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["FeatureCollection"])
    snapshot = serializers.CharField()
    features = IsochroneFeatureSerializer(many=True)


class ProfileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    walk_mps = serializers.FloatField(help_text="Metres a second on the flat.")


class SpeedRangeSerializer(serializers.Serializer[Any]):
    min = serializers.FloatField()
    max = serializers.FloatField()


class ProfileListSerializer(serializers.Serializer[Any]):
    profiles = ProfileSerializer(many=True)
    prefer = serializers.ListField(child=serializers.CharField())
    avoid = serializers.ListField(child=serializers.CharField())
    speed_mps = SpeedRangeSerializer(help_text="The walking speeds that a request can name.")


class WalkableSerializer(serializers.Serializer[Any]):
    """A place to walk, which a request can name as a waypoint."""

    lng = serializers.FloatField()
    lat = serializers.FloatField()
    level = serializers.UUIDField()


class BlockerSerializer(serializers.Serializer[Any]):
    """A feature that stands in the way of this profile."""

    id = serializers.UUIDField()
    feature_type = serializers.ChoiceField(choices=[type_.value for type_ in FeatureType])
    category = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    reason = serializers.ChoiceField(choices=[reason.value for reason in BlockedReason])
    opens_at = serializers.DateTimeField(required=False, help_text="Of `closed`: when it opens, within a day.")
    closure_id = serializers.UUIDField(required=False, help_text="Of `closure`.")
    ends_at = serializers.DateTimeField(
        required=False, help_text="Of `closure`: until when; missing while nobody knows."
    )
    note = serializers.CharField(required=False, help_text="Of `closure`: why it is closed.")


class WhereSerializer(serializers.Serializer[Any]):
    """What is somewhere: the unit, where there is one."""

    id = serializers.UUIDField(allow_null=True)
    feature_type = serializers.ChoiceField(choices=[type_.value for type_ in FeatureType], allow_null=True)
    name = serializers.CharField()
    level = LevelSerializer()


class CutOffSerializer(WhereSerializer):
    """The end of a leg that no way leads to, or out of, for anybody."""

    end = serializers.ChoiceField(choices=["origin", "destination"])


class AlternativeSerializer(WhereSerializer):
    """The nearest place to the destination that this visitor gets to, which a request can name as a waypoint."""

    lng = serializers.FloatField()
    lat = serializers.FloatField()
    distance_m = serializers.FloatField(help_text="The way there, from where the leg begins.")
    duration_s = serializers.FloatField()
    remaining_m = serializers.FloatField(help_text="As the crow flies from there to the destination.")


class RouteProblemSerializer(ProblemSerializer):
    """Why there is no route. `no_route` has `blocked_by`, and what more helps; `point_not_walkable` has the place beside."""

    blocked_by = BlockerSerializer(many=True, required=False)
    cut_off = CutOffSerializer(required=False)
    alternative = AlternativeSerializer(required=False)
    distance_m = serializers.FloatField(required=False, help_text="From the point to `nearest`.")
    nearest = WalkableSerializer(required=False)
    walkable_levels = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="The levels on which the point could be: id and ordinal.",
    )
    limit = serializers.IntegerField(required=False, help_text="Of pairs in a matrix.")
