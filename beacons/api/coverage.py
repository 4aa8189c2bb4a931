"""The coverage of a deployment over HTTP, for operators."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from beacons.services import coverage
from venues import selectors as venues
from venues.api.operators import OperatorView

PROPOSED = 5


class CoverageQuerySerializer(serializers.Serializer[None]):
    level = serializers.UUIDField(required=False, help_text="Only this level.")
    proposals = serializers.IntegerField(
        required=False,
        default=PROPOSED,
        min_value=0,
        max_value=coverage.MOST_PROPOSED,
        help_text="How many more beacons to propose at most.",
    )


class LevelCoverageSerializer(serializers.Serializer[None]):
    level_id = serializers.UUIDField()
    ordinal = serializers.FloatField()
    area_m2 = serializers.FloatField(help_text="Where visitors walk.")
    located_share = serializers.FloatField(help_text="The share of it where a visitor is expected to be located.")
    heard_mean = serializers.FloatField(help_text="How many beacons a phone hears in the mean.")
    rmse_mean_m = serializers.FloatField(allow_null=True, help_text="The bound, where located; null where nowhere.")
    rmse_p90_m = serializers.FloatField(allow_null=True)


class CoverageSerializer(serializers.Serializer[None]):
    """GeoJSON: `kind` of a feature's properties is `area` (`rmse_to_m`, `located`) or `proposal` (`rank`, `height_m`)."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    snapshot = serializers.CharField()
    levels = LevelCoverageSerializer(many=True)
    features = serializers.ListField(child=serializers.DictField())


class BeaconCoverage(OperatorView):
    @extend_schema(
        operation_id="readBeaconCoverage", parameters=[CoverageQuerySerializer], responses=CoverageSerializer
    )
    def get(self, request: Request, slug: str) -> Response:
        """Where the deployment in use locates visitors and how well, as a heat map, and where more beacons would help."""
        query = CoverageQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        prediction = coverage.prediction_for(venues.venue_by_slug(slug))
        asked = query.validated_data
        return Response(
            coverage.as_geojson(prediction, level_id=asked.get("level"), proposals=asked["proposals"]),
        )
