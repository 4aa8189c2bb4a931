"""What every app's API reads and answers with alike."""

from collections.abc import Mapping
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


class KnownFieldsOnly(serializers.Serializer[Any]):
    """Refuses a member that it does not know: a slip of the pen would be taken as if nothing had been said."""

    def to_internal_value(self, data: Any) -> Any:
        for name in data if isinstance(data, Mapping) else ():
            if name not in self.fields:
                known = ", ".join(key for key, field in self.fields.items() if not field.read_only)
                raise serializers.ValidationError({str(name): f"There is no such field. There are {known}."})
        return super().to_internal_value(data)


class ListedChoiceField(serializers.ChoiceField):
    """One of some words; whoever gives another one is told which there are."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            words = ", ".join(str(choice) for choice in self.choices)
            raise serializers.ValidationError(f"{data!r} is none of these. Give one of {words}.") from error


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable; what programs decide by.")
    detail = serializers.CharField(help_text="What is wrong and what to do.")
    param = serializers.CharField(required=False)
