"""What the notifications API accepts and returns."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from apikit.api.serializers import KnownFieldsOnly, ListedChoiceField
from notifications.models import Campaign, VenueRules
from visitors.api.serializers import LANGUAGE_TAG, MOST_TAGS, LanguageField, ProfileField, TagsField

MOST_LANGUAGES = MOST_PROFILES = 50


class MessageSerializer(serializers.Serializer[Any]):
    """A message in the visitor's language. `seq` grows with every message of the visitor."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    campaign = serializers.CharField(help_text="The campaign's name.")
    campaign_id = serializers.UUIDField()
    language = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    image = serializers.CharField(allow_null=True)
    link = serializers.CharField(allow_null=True, help_text="An address of the site, or an https address.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class MessagesSerializer(serializers.Serializer[Any]):
    messages = MessageSerializer(many=True)


class PushKeySerializer(serializers.Serializer[Any]):
    public_key = serializers.CharField(help_text="A point of P-256 in base64url (RFC 8292, section 3.2).")


class AfterSerializer(serializers.Serializer[Any]):
    after = serializers.IntegerField(min_value=0, default=0, help_text="The newest number that the visitor has seen.")


class TextSerializer(KnownFieldsOnly):
    """What a message says in one language; {zone} and {venue} stand for their names."""

    title = serializers.CharField(max_length=200, allow_blank=True)
    body = serializers.CharField(max_length=2000, allow_blank=True)
    image = serializers.CharField(max_length=500, allow_blank=True, required=False)
    link = serializers.CharField(max_length=500, allow_blank=True, required=False)


class CircleSerializer(KnownFieldsOnly):
    """A circle round an anchor of the map, or round a point such as where a beacon hangs. `level` is an ordinal."""

    anchor = serializers.UUIDField(required=False)
    lng = serializers.FloatField(required=False, min_value=-180, max_value=180)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    level = serializers.FloatField(required=False)
    radius_m = serializers.FloatField(min_value=1, max_value=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        point = [name for name in ("lng", "lat", "level") if name in attrs]
        if ("anchor" in attrs) == bool(point) or len(point) not in (0, 3):
            raise serializers.ValidationError("Give either anchor, or lng, lat and level.")
        return attrs | ({"anchor": str(attrs["anchor"])} if "anchor" in attrs else {})


class AudienceLanguageField(LanguageField):
    """A language without its region: `fr` means who speaks fr-CA too."""

    def to_internal_value(self, data: Any) -> str:
        tag = super().to_internal_value(data)
        if "-" in tag or not tag.islower():
            raise serializers.ValidationError(f"Give the language alone, such as {tag.split('-')[0].lower()}.")
        return tag


class CampaignSerializer(KnownFieldsOnly, serializers.ModelSerializer[Campaign]):
    """A campaign. A draft may be incomplete; starting it tells everything that is missing."""

    zones = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=5000)
    circles = serializers.ListField(child=CircleSerializer(), required=False, max_length=500)
    tags = TagsField(required=False, max_length=MOST_TAGS)
    languages = serializers.ListField(child=AudienceLanguageField(), required=False, max_length=MOST_LANGUAGES)
    profiles = serializers.ListField(child=ProfileField(), required=False, max_length=MOST_PROFILES)
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6), required=False)
    content = serializers.DictField(child=TextSerializer(), required=False)

    serializer_choice_field = ListedChoiceField

    class Meta:
        model = Campaign
        exclude = ("venue", "created_by", "start_asked_by")
        read_only_fields = ("id", "state", "active_since", "created_at")

    def validate_zones(self, zones: list[UUID]) -> list[str]:
        return [str(zone_id) for zone_id in dict.fromkeys(zones)]

    def validate_circles(self, circles: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [dict(circle) for circle in circles]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = self.initial_data.get("state")
        if self.instance is not None and given not in (None, self.instance.state):
            raise serializers.ValidationError(
                {"state": "A campaign's state is not written. POST to its start, pause or end."}
            )
        return attrs

    def validate_content(self, content: dict[str, Any]) -> dict[str, dict[str, str]]:
        for language in content:
            if not LANGUAGE_TAG.fullmatch(language):
                raise serializers.ValidationError({language: "This is no language tag. Give one such as en or ar."})
        return {language: dict(text) for language, text in content.items()}


class RulesSerializer(KnownFieldsOnly, serializers.ModelSerializer[VenueRules]):
    """A venue's own rules for messages. Quiet hours are in each visitor's time zone, else in the venue's."""

    measured_zones = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=5000,
        help_text="Map features whose visits are counted for reports, whether a campaign needs them or not.",
    )

    class Meta:
        model = VenueRules
        fields = ("stopped", "quiet_start", "quiet_end", "measured_zones")

    def validate_measured_zones(self, zones: list[UUID]) -> list[str]:
        return [str(zone_id) for zone_id in dict.fromkeys(zones)]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end = (attrs.get(name, getattr(self.instance, name, None)) for name in ("quiet_start", "quiet_end"))
        if (start is None) is not (end is None):
            raise serializers.ValidationError(
                {"quiet_end": "Quiet hours need a start and an end. Give both or neither."}
            )
        return attrs


class CampaignsSerializer(serializers.Serializer[Any]):
    campaigns = CampaignSerializer(many=True)
