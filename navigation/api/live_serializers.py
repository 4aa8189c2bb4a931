"""The shapes of sightings, positions and trips in the OpenAPI document. Batches are read by `beacons.core.batch`."""

from typing import Any

from rest_framework import serializers

from apikit.api.serializers import MomentField
from beacons.core.batch import IDENTITIES, MOST_SIGHTINGS, MOST_TELEMETRY
from beacons.core.felt import AnchorKind
from geo.position import PositionStatus
from navigation.api.route_serializers import LevelSerializer, RouteSerializer, WaypointField
from navigation.models import TripState
from notifications.api.serializers import MessageSerializer


class BeaconIdentitySerializer(serializers.Serializer[Any]):
    """ibeacon: proximity_uuid, major, minor. eddystone_uid: namespace, instance. eddystone_eid: eid. altbeacon: id1, id2, id3."""

    format = serializers.ChoiceField(choices=list(IDENTITIES))
    proximity_uuid = serializers.UUIDField(required=False)
    major = serializers.IntegerField(required=False, min_value=0, max_value=65535)
    minor = serializers.IntegerField(required=False, min_value=0, max_value=65535)
    namespace = serializers.RegexField(r"^[0-9A-Fa-f]{20}$", required=False)
    instance = serializers.RegexField(r"^[0-9A-Fa-f]{12}$", required=False)
    eid = serializers.RegexField(r"^[0-9A-Fa-f]{16}$", required=False)
    id1 = serializers.UUIDField(required=False)
    id2 = serializers.IntegerField(required=False, min_value=0, max_value=65535)
    id3 = serializers.IntegerField(required=False, min_value=0, max_value=65535)
    address = serializers.CharField(required=False, help_text="Radio address, where the platform tells it.")


class SightingSerializer(serializers.Serializer[Any]):
    beacon = BeaconIdentitySerializer()
    rssi_dbm = serializers.FloatField(min_value=-127, max_value=20)
    heard_at = serializers.DateTimeField()


class GnssSerializer(serializers.Serializer[Any]):
    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    accuracy_m = serializers.FloatField(min_value=0)
    at = serializers.DateTimeField()


class AnchorSerializer(serializers.Serializer[Any]):
    """Where the visitor says to be: a place of the map, or a point with its level."""

    kind = serializers.ChoiceField(choices=list(AnchorKind), help_text="A code scanned, or a tap on the map.")
    place = serializers.UUIDField(required=False)
    lng = serializers.FloatField(min_value=-180, max_value=180, required=False)
    lat = serializers.FloatField(min_value=-90, max_value=90, required=False)
    level = serializers.JSONField(required=False, help_text="Of a point: the id of a level, or its ordinal.")
    at = serializers.DateTimeField()


class MotionSerializer(serializers.Serializer[Any]):
    """Since the batch before: both are told as a phone's own sensors have them."""

    steps = serializers.IntegerField(required=False, min_value=0)
    heading_deg = serializers.FloatField(required=False, help_text="Clockwise from north; only its changes count.")


class BarometerSerializer(serializers.Serializer[Any]):
    """Only changes count: a storey is some 0.5 hPa."""

    pressure_hpa = serializers.FloatField(min_value=300, max_value=1100)


class ClockSerializer(serializers.Serializer[Any]):
    """Both clocks of the device as it sends: with them its times are right however wrong the first one is, and when it is set."""

    wall_at = serializers.DateTimeField(
        help_text="What its clock shows, the one that `heard_at` and `at` are read from."
    )
    monotonic_s = serializers.FloatField(min_value=0, help_text="Of the clock that nobody sets, from any beginning.")


class TelemetrySerializer(serializers.Serializer[Any]):
    """What a beacon says of itself: Eddystone TLM, with the identity that the same device sends."""

    beacon = BeaconIdentitySerializer()
    battery_mv = serializers.IntegerField(min_value=0, max_value=65535)


class SightingsSerializer(serializers.Serializer[Any]):
    sequence = serializers.IntegerField(
        min_value=0, help_text="Yours; the same number with the same body is repeated safely. Its `clock` may differ."
    )
    sightings = serializers.ListField(child=SightingSerializer(), required=False, max_length=MOST_SIGHTINGS)
    gnss = GnssSerializer(required=False)
    anchor = AnchorSerializer(required=False)
    motion = MotionSerializer(required=False)
    barometer = BarometerSerializer(required=False)
    telemetry = serializers.ListField(child=TelemetrySerializer(), required=False, max_length=MOST_TELEMETRY)
    clock = ClockSerializer(required=False)


class PositionSerializer(serializers.Serializer[Any]):
    lng = serializers.FloatField()
    lat = serializers.FloatField()
    level = LevelSerializer()
    accuracy_m = serializers.FloatField(help_text="Radius that holds the visitor with 68 %.")
    accuracy_95_m = serializers.FloatField()
    level_probability = serializers.DictField(child=serializers.FloatField(), help_text="By level id.")
    at = serializers.DateTimeField()


class NamedHereSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_null=True)


class UnitHereSerializer(NamedHereSerializer):
    category = serializers.CharField()


class PlaceHereSerializer(serializers.Serializer[Any]):
    unit = UnitHereSerializer(allow_null=True)
    sections = NamedHereSerializer(many=True)
    building = NamedHereSerializer(allow_null=True)
    level = LevelSerializer()


class NextManeuverSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    modifier = serializers.CharField(allow_null=True)


class ProgressSerializer(serializers.Serializer[Any]):
    distance_remaining_m = serializers.FloatField()
    duration_remaining_s = serializers.IntegerField(help_text="At this visitor's own pace.")
    arrives_at = serializers.DateTimeField(allow_null=True, help_text="The same, as of the last position.")
    step_index = serializers.IntegerField()
    instruction = serializers.CharField()
    next_instruction = serializers.CharField(allow_null=True)
    next_maneuver = NextManeuverSerializer(allow_null=True)
    distance_to_maneuver_m = serializers.FloatField()
    distance_to_maneuver_text = serializers.CharField()
    arrived = serializers.BooleanField()
    off_route = serializers.BooleanField()


class TripProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class TripSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=TripState.choices)
    profile = serializers.CharField()
    destination = WaypointField()
    snapshot = serializers.CharField()
    reroutes = serializers.IntegerField()
    progress = ProgressSerializer(allow_null=True)
    route = RouteSerializer(required=False, help_text="Where you do not know it yet.")
    problem = TripProblemSerializer(required=False, help_text="Why there is no route from where you are now.")


class SightingsAnswerSerializer(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    status = serializers.ChoiceField(choices=[status.value for status in PositionStatus])
    snapshot = serializers.CharField()
    position = PositionSerializer(allow_null=True)
    place = PlaceHereSerializer(allow_null=True)
    trip = TripSerializer(allow_null=True)
    messages = MessageSerializer(many=True)
    unknown_beacons = serializers.IntegerField(help_text="Sightings of beacons that are not of this venue.")
    late_sightings = serializers.IntegerField(
        help_text="Sightings that had no say: heard no later than what you sent before, or more than 15 minutes ago."
    )


class TripRequestSerializer(serializers.Serializer[Any]):
    venue = serializers.SlugField()
    destination = WaypointField()
    origin = WaypointField(required=False, help_text="Without it the route begins at the first position.")
    profile = serializers.CharField(required=False)
    language = serializers.CharField(required=False)
    depart_at = MomentField(required=False, help_text="When one sets out from the origin; now where it is missing.")
