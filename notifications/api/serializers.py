"""What the notifications API accepts and returns."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from notifications.models import Campaign, VenueRules


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


class TextSerializer(serializers.Serializer[Any]):
    """What a message says in one language; {zone} and {venue} stand for their names."""

    title = serializers.CharField(max_length=200, allow_blank=True)
    body = serializers.CharField(max_length=2000, allow_blank=True)
    image = serializers.CharField(max_length=500, allow_blank=True, required=False)
    link = serializers.CharField(max_length=500, allow_blank=True, required=False)


class CircleSerializer(serializers.Serializer[Any]):
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


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    """A campaign. A draft may be incomplete; starting it tells everything that is missing."""

    zones = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=5000)
    circles = serializers.ListField(child=CircleSerializer(), required=False, max_length=500)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    languages = serializers.ListField(child=serializers.CharField(max_length=35), required=False)
    profiles = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6), required=False)
    content = serializers.DictField(child=TextSerializer(), required=False)

    class Meta:
        model = Campaign
        exclude = ("venue", "created_by", "start_asked_by")
        read_only_fields = ("id", "state", "active_since", "created_at")

    def validate_zones(self, zones: list[UUID]) -> list[str]:
        return [str(zone_id) for zone_id in dict.fromkeys(zones)]

    def validate_circles(self, circles: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [dict(circle) for circle in circles]

    def validate_content(self, content: dict[str, Any]) -> dict[str, dict[str, str]]:
        return {language: dict(text) for language, text in content.items()}


class RulesSerializer(serializers.ModelSerializer[VenueRules]):
    """A venue's own rules for messages. Quiet hours are in each visitor's time zone, else in the venue's."""

    class Meta:
        model = VenueRules
        fields = ("stopped", "quiet_start", "quiet_end")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end = (attrs.get(name, getattr(self.instance, name, None)) for name in ("quiet_start", "quiet_end"))
        if (start is None) is not (end is None):
            raise serializers.ValidationError(
                {"quiet_end": "Quiet hours need a start and an end. Give both or neither."}
            )
        return attrs


class CampaignsSerializer(serializers.Serializer[Any]):
    campaigns = CampaignSerializer(many=True)
