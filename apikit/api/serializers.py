"""The shapes that every app's API answers with."""

from typing import Any

from rest_framework import serializers


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable; what programs decide by.")
    detail = serializers.CharField(help_text="What is wrong and what to do.")
    param = serializers.CharField(required=False)
