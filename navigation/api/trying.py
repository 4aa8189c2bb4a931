"""Trying a campaign on walks: what it accepts, and the view."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.core.roles import Right
from apikit.api.serializers import KnownFieldsOnly, MomentField
from navigation.services.walks import walked
from notifications import selectors
from notifications.services import trying
from venues.api.operators import OperatorView
from venues.selectors import venue_by_slug
from visitors.api.serializers import LanguageField, ProfileField, TagsField, TimeZoneField
from visitors.core.consent import Purpose

# Each is located and decided on second by second; a request should not take longer than a minute. The fixes and batches are those
# of all walks: some 1.5 ms a fix, 10 ms a batch.
MOST_WALKS, MOST_FIXES, MOST_BATCHES = 20, 10_000, 5_000
# A phone amid beacons hears two dozen a second, each some 170 bytes: an hour of it.
MOST_BYTES = 16 * 1024 * 1024


class FixSerializer(KnownFieldsOnly):
    """A recorded fix. `level` is an ordinal; 68 % of the probability lie within accuracy_m."""

    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    level = serializers.FloatField()
    accuracy_m = serializers.FloatField(min_value=0.1, max_value=1000, default=3.0)
    at = MomentField()


class WalkSerializer(KnownFieldsOnly):
    """One visitor's walk: simulated between two waypoints, or recorded as fixes or as batches of sightings."""

    name = serializers.CharField(max_length=80, required=False)
    start_at = MomentField(required=False, help_text="When a simulated walk begins; now by default.")
    seed = serializers.IntegerField(required=False, min_value=0, help_text="The same seed hears the same noise.")
    fixes = serializers.ListField(child=FixSerializer(), required=False, max_length=MOST_FIXES)
    batches = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        max_length=MOST_BATCHES,
        help_text="Bodies of POST .../sightings.",
    )
    language = LanguageField(default="en")
    profile = ProfileField(default="walk")
    consent = serializers.ListField(
        child=serializers.ChoiceField(choices=[purpose.value for purpose in Purpose]), required=False
    )
    opened_before = serializers.BooleanField(default=False)
    tags = TagsField(required=False)
    time_zone = TimeZoneField(required=False, allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the two whose names are no identifiers."""
        ends = {"from": "where a simulated walk begins", "to": "where it ends"}
        waypoints = {name: serializers.DictField(required=False, help_text=text) for name, text in ends.items()}
        return super().get_fields() | waypoints

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kinds = [name for name in ("fixes", "batches", "from") if attrs.get(name)]
        if len(kinds) != 1 or ("from" in attrs) is not ("to" in attrs):
            raise serializers.ValidationError("A walk is fixes, or batches, or from and to: just one of them.")
        return attrs


class TrialRequestSerializer(KnownFieldsOnly):
    walks = serializers.ListField(child=WalkSerializer(), min_length=1, max_length=MOST_WALKS)
    language = LanguageField(default="en", help_text="Of the names of zones in the answer.")

    def validate_walks(self, walks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for kind, most in (("fixes", MOST_FIXES), ("batches", MOST_BATCHES)):
            if (count := sum(len(walk.get(kind) or ()) for walk in walks)) > most:
                raise serializers.ValidationError(
                    f"The walks have {count} {kind} in all; {most} are tried at once. Try fewer walks."
                )
        return walks


class TrialSerializer(serializers.Serializer[Any]):
    """Who would have got what, when and where, and what was held back for which reason."""

    campaign = serializers.UUIDField()
    snapshot = serializers.CharField()
    findings = serializers.ListField(child=serializers.DictField(), help_text="What keeps it from starting.")
    summary = serializers.DictField()
    walks = serializers.ListField(child=serializers.DictField())
    geojson = serializers.DictField(help_text="A FeatureCollection: walks as lines, decisions as points.")


class CampaignTry(OperatorView):
    to_write = Right.CAMPAIGN
    most_bytes = MOST_BYTES

    @extend_schema(operation_id="tryCampaign", request=TrialRequestSerializer, responses=TrialSerializer)
    def post(self, request: Request, slug: str, campaign_id: UUID) -> Response:
        """Try a campaign on walks, whatever state it is in. Nothing is stored, nothing is sent."""
        venue = venue_by_slug(slug)
        campaign = selectors.campaign_of(venue, campaign_id)
        asked = TrialRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        walks = [walked(venue, number, given, now) for number, given in enumerate(asked.validated_data["walks"])]
        trial = trying.try_campaign(campaign=campaign, walks=walks)
        return Response(trying.as_json(trial, language=asked.validated_data["language"]))
