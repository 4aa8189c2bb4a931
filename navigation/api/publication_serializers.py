"""What the API of publications accepts, and the shape of what it returns."""

from typing import Any

from rest_framework import serializers

from venues.core.validation import Severity
from venues.models import SwitchKind

MAX_PUBLICATIONS = 200


class PublicationQuerySerializer(serializers.Serializer[Any]):
    before = serializers.IntegerField(required=False, min_value=1, help_text="Only publications of a lower number.")
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=MAX_PUBLICATIONS)


class PublishSerializer(serializers.Serializer[Any]):
    draft = serializers.UUIDField(required=False, help_text="The working draft where it is left out.")


class SwitchSerializer(serializers.Serializer[Any]):
    """Once that visitors got this map."""

    kind = serializers.ChoiceField(choices=SwitchKind.choices)
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class PublicationSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    snapshot = serializers.CharField(help_text="SHA-256 of the map.")
    is_current = serializers.BooleanField(help_text="Visitors see it now.")
    author = serializers.CharField(allow_null=True)
    published_at = serializers.DateTimeField()
    switches = SwitchSerializer(many=True, help_text="Newest first.")


class PublicationListSerializer(serializers.Serializer[Any]):
    publications = PublicationSerializer(many=True)
    next_before = serializers.IntegerField(allow_null=True, help_text="Send it as `before`; null on the last page.")


class FindingQuerySerializer(serializers.Serializer[Any]):
    connectivity = serializers.BooleanField(
        required=False, default=True, help_text="Compile the graph too, to find what nobody can reach: slower."
    )


class FindingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="docs/guides/findings.md explains each.")
    severity = serializers.ChoiceField(choices=[severity.value for severity in Severity])
    feature_id = serializers.UUIDField(allow_null=True)
    message = serializers.CharField(help_text="What is wrong, where, and what to do.")
    at = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, allow_null=True, help_text="lng, lat in degrees."
    )


class DraftFindingsSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    error_count = serializers.IntegerField()
    warning_count = serializers.IntegerField()
    findings = FindingSerializer(many=True)
