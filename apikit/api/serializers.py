"""What every app's API reads and answers with alike."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

# What is outside is a slip of the pen, and near the ends of the calendar no time zone can be told.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class MomentField(serializers.DateTimeField):
    """An instant: a date and a time with their offset from UTC. Without one it would mean the server's time."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Return the instant as it was sent. Refuses one without an offset."""
        if value.tzinfo is None:
            raise serializers.ValidationError("Give the offset from UTC too, such as 2026-11-23T18:30:00+03:00.")
        if not FIRST_YEAR <= value.year < LAST_YEAR:
            raise serializers.ValidationError(f"Give a year from {FIRST_YEAR} to {LAST_YEAR - 1}.")
        return value


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable; what programs decide by.")
    detail = serializers.CharField(help_text="What is wrong and what to do.")
    param = serializers.CharField(required=False)
