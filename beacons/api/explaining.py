"""Why a position is where it is, over HTTP, for operators."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.core.roles import Right
from beacons.errors import InvalidBatch
from beacons.services import explaining
from geo.position import PositionStatus
from venues import selectors as venues
from venues.api.operators import OperatorView


class HeardSerializer(serializers.Serializer[None]):
    beacon = serializers.DictField(help_text="As in a batch of sightings.")
    rssi_dbm = serializers.FloatField()
    heard_at = serializers.DateTimeField()


class ExplainSerializer(serializers.Serializer[None]):
    """A batch of sightings, without its sequence. Motion and barometer tell of changes: of a batch by itself they say nothing."""

    sightings = HeardSerializer(many=True, required=False)
    gnss = serializers.DictField(required=False, help_text="As in a batch of sightings.")
    anchor = serializers.DictField(required=False, help_text="As in a batch of sightings.")


class ExplainedPositionSerializer(serializers.Serializer[None]):
    lng = serializers.FloatField()
    lat = serializers.FloatField()
    level_id = serializers.UUIDField()
    accuracy_m = serializers.FloatField(help_text="The radius that holds 68 %.")
    accuracy_95_m = serializers.FloatField()
    at = serializers.DateTimeField()


class ExplainedLevelSerializer(serializers.Serializer[None]):
    level_id = serializers.UUIDField()
    probability = serializers.FloatField()
    beacons_heard = serializers.IntegerField()
    strongest_dbm = serializers.FloatField(allow_null=True)


class ExplainedBeaconSerializer(serializers.Serializer[None]):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_null=True)
    lng = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    level_id = serializers.UUIDField(allow_null=True)
    sightings = serializers.IntegerField()
    rssi_dbm = serializers.FloatField()
    expected_dbm = serializers.FloatField(help_text="At the position, with the phone's offset.")
    residual_db = serializers.FloatField(help_text="Above 0: heard stronger, so it speaks for a place nearer to it.")
    weight = serializers.FloatField(help_text="Its share of the evidence; 0 where it is too weak to be used.")
    believed = serializers.BooleanField(
        help_text="False: it can't have been heard where most others were, and has no say, as in the live flow."
    )
    shift_m = serializers.FloatField(allow_null=True, help_text="How far the position is from what it were without it.")
    shift_bearing_deg = serializers.FloatField(allow_null=True)


class ExplainedHintSerializer(serializers.Serializer[None]):
    kind = serializers.CharField(help_text="gnss, qr or tap.")
    lng = serializers.FloatField()
    lat = serializers.FloatField()
    deviation_m = serializers.FloatField(help_text="How far it may be off, along one axis.")
    distance_m = serializers.FloatField(help_text="From there to the position.")
    shift_m = serializers.FloatField(allow_null=True, help_text="How far the position is from what it were without it.")
    shift_bearing_deg = serializers.FloatField(allow_null=True)


class IgnoredSerializer(serializers.Serializer[None]):
    beacon = serializers.DictField()
    sightings = serializers.IntegerField()
    reason = serializers.CharField(help_text="unknown, quarantined, retired, address_not_registered or not_on_the_map.")


class ExplanationSerializer(serializers.Serializer[None]):
    snapshot = serializers.CharField()
    deployment = serializers.CharField()
    status = serializers.ChoiceField(choices=[status.value for status in PositionStatus])
    position = ExplainedPositionSerializer(allow_null=True)
    phone_offset_db = serializers.FloatField(allow_null=True)
    levels = ExplainedLevelSerializer(many=True)
    beacons = ExplainedBeaconSerializer(many=True)
    hints = ExplainedHintSerializer(many=True, help_text="What satellites, codes and taps had to say.")
    ignored = IgnoredSerializer(many=True)


class PositionExplanation(OperatorView):
    to_write = Right.READ

    @extend_schema(operation_id="explainPosition", request=ExplainSerializer, responses=ExplanationSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Say which beacons pull a fix of these sightings where, and why on that level. Nothing of it is kept."""
        if not isinstance(request.data, dict):
            raise InvalidBatch("The body must be an object with the sightings of a batch.")
        venue = venues.venue_by_slug(slug)
        found = explaining.explain(venue=venue, body=request.data, now=timezone.now())
        return Response(explaining.as_json(found))
