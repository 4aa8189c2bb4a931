"""The health of beacons over HTTP, for operators."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from beacons.models import BeaconState
from beacons.services import health
from venues import selectors as venues
from venues.api.operators import OperatorView


class ProposedPlaceSerializer(serializers.Serializer[None]):
    lng = serializers.FloatField()
    lat = serializers.FloatField()
    level_id = serializers.UUIDField()


class BeaconHealthSerializer(serializers.Serializer[None]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=BeaconState.choices)
    findings = serializers.ListField(
        child=serializers.ChoiceField(choices=["silent", "weak", "moved", "cloned", "battery_low"])
    )
    passes = serializers.IntegerField()
    missed_in_a_row = serializers.IntegerField()
    deviation = serializers.FloatField(help_text="How much stronger than expected it is heard, in deviations of noise.")
    battery_percent = serializers.IntegerField(allow_null=True)
    battery_mv = serializers.IntegerField(allow_null=True, help_text="As the beacon itself told (Eddystone TLM).")
    last_heard_at = serializers.DateTimeField(allow_null=True)
    proposed = ProposedPlaceSerializer(allow_null=True, help_text="Where a moved beacon seems to hang.")


class HealthReportSerializer(serializers.Serializer[None]):
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Beacons by finding; `well` without any."
    )
    beacons = BeaconHealthSerializer(many=True)


class BeaconHealthReport(OperatorView):
    @extend_schema(operation_id="readBeaconHealth", responses=HealthReportSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The beacons that somebody should look after: silent, weak, moved, cloned, or with a low battery."""
        return Response(health.report(venues.venue_by_slug(slug)))
