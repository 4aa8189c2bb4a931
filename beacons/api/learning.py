"""Surveys and what is learned from them over HTTP, for operators."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.core.roles import Right
from apikit.api.parsers import OrjsonParser
from apikit.errors import InvalidRequest
from beacons import models, selectors
from beacons.api.views import CsvParser
from beacons.core.registry import NAME_CHARACTERS, BeaconFormat
from beacons.services import emissions, surveys
from venues import selectors as venues
from venues.api.operators import OperatorView


class SurveySerializer(serializers.ModelSerializer[models.Survey]):
    class Meta:
        model = models.Survey
        fields = ("id", "name", "way_points", "sightings", "uploaded_at")


class SurveysSerializer(serializers.Serializer[None]):
    surveys = SurveySerializer(many=True)


class UnknownBeaconSerializer(serializers.Serializer[None]):
    """A beacon that surveyors heard and nobody registered, where it seems to hang."""

    format = serializers.ChoiceField(choices=[kind.value for kind in BeaconFormat])
    identity = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    lng = serializers.FloatField()
    lat = serializers.FloatField()
    level_id = serializers.UUIDField()
    level_probability = serializers.FloatField()
    accuracy_m = serializers.FloatField(help_text="It hangs within it with a probability of 68 %.")
    accuracy_95_m = serializers.FloatField()
    measured_power_dbm = serializers.IntegerField(help_text="At 1 m.")


class UnknownBeaconsSerializer(serializers.Serializer[None]):
    beacons = UnknownBeaconSerializer(many=True)


class EmissionSerializer(serializers.ModelSerializer[models.EmissionVersion]):
    report = serializers.DictField(
        help_text="What was compared on walks that taught nothing, and why it was published."
    )

    class Meta:
        model = models.EmissionVersion
        fields = ("number", "blob_hash", "report", "created_at")


class EmissionsSerializer(serializers.Serializer[None]):
    current = serializers.IntegerField(help_text="0 where nothing learned is in use.")
    versions = EmissionSerializer(many=True)


class Surveys(OperatorView):
    parser_classes = (CsvParser, OrjsonParser)

    @extend_schema(operation_id="listSurveys", responses=SurveysSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The walks of surveyors that teach and judge, newest first."""
        rows = models.Survey.objects.filter(venue=venues.venue_by_slug(slug))
        return Response({"surveys": SurveySerializer(rows, many=True).data})

    @extend_schema(
        operation_id="addSurvey",
        parameters=[OpenApiParameter("name", str, description="What to call it; the day where it is missing.")],
        request={"text/csv": OpenApiTypes.STR},
        responses={201: SurveySerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep a surveyor's walk: way points and sightings as CSV. With one bad row nothing is kept, and every bad row is named."""
        text = request.data.get("csv") if isinstance(request.data, dict) else None
        if not isinstance(text, str):
            raise InvalidRequest("Send the file as text/csv, or as JSON with its text under `csv`.", param="csv")
        now = timezone.now()
        name = request.query_params.get("name") or f"Survey of {now:%Y-%m-%d}"
        if len(name) > NAME_CHARACTERS:
            raise InvalidRequest(f"name has {len(name)} characters, {NAME_CHARACTERS} fit.", param="name")
        kept = surveys.upload(venue=venues.venue_by_slug(slug), name=name, text=text, now=now)
        return Response(SurveySerializer(kept).data, status=status.HTTP_201_CREATED)


class Survey(OperatorView):
    @extend_schema(operation_id="removeSurvey", responses={204: None})
    def delete(self, request: Request, slug: str, survey_id: UUID) -> Response:
        """Learn nothing more of a survey."""
        surveys.delete(survey=selectors.survey(venues.venue_by_slug(slug), survey_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class UnknownBeacons(OperatorView):
    @extend_schema(operation_id="locateUnknownBeacons", responses=UnknownBeaconsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Where the beacons seem to hang that surveyors heard and nobody registered."""
        return Response({"beacons": surveys.unknown_beacons(venues.venue_by_slug(slug))})


class Emissions(OperatorView):
    @extend_schema(operation_id="listEmissions", responses=EmissionsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What was learned of how strongly beacons are heard, newest first, and which of it is in use."""
        return Response(_emissions(slug))


class EmissionRestore(OperatorView):
    to_write = Right.PUBLISH

    @extend_schema(operation_id="restoreEmission", request=None, responses=EmissionsSerializer)
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Use an earlier version again; 0: nothing learned."""
        emissions.restore(venue=venues.venue_by_slug(slug), number=number)
        return Response(_emissions(slug))


def _emissions(slug: str) -> dict[str, Any]:
    venue = venues.venue_by_slug(slug)
    in_use = selectors.current_pointer(venue).emission_hash
    rows = list(models.EmissionVersion.objects.filter(venue=venue))
    current = next((row.number for row in rows if row.blob_hash == in_use), emissions.LAW_ALONE)
    return {"current": current, "versions": EmissionSerializer(rows, many=True).data}
