"""What the registry's API accepts and returns."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from beacons import models
from beacons.core.registry import COLUMNS, IDENTITY_COLUMNS, BeaconFormat
from beacons.errors import InvalidBeacon
from beacons.models import BeaconState
from beacons.services import registry
from beacons.services.explaining import identity_json

IDENTITY_SCHEMA = {"type": "object", "properties": {"format": {"type": "string"}}, "required": ["format"]}


class BeaconSerializer(serializers.Serializer[models.Beacon]):
    """A beacon of the registry, in the columns of the CSV and with what only the registry keeps."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(required=False)
    beacon = serializers.SerializerMethodField(help_text="The identity that names it, as a sighting has it.")
    further = serializers.SerializerMethodField(
        help_text="What it sends in other formats: at most one identity in each."
    )
    lng = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    level_id = serializers.UUIDField(required=False)
    height_m = serializers.FloatField(required=False)
    measured_power_dbm = serializers.IntegerField(required=False, help_text="At 1 m, whatever the format.")
    interval_ms = serializers.IntegerField(required=False)
    model = serializers.CharField(required=False)
    battery_percent = serializers.IntegerField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, help_text="The installer's.")
    photo_url = serializers.CharField(required=False, allow_blank=True, help_text="Of a picture of where it hangs.")
    state = serializers.ChoiceField(choices=BeaconState.choices, required=False)
    eid_key = serializers.CharField(
        required=False, write_only=True, help_text="16 bytes in hex, of a beacon that sends ephemeral identifiers too."
    )
    eid_rotation_exponent = serializers.IntegerField(
        required=False, write_only=True, min_value=0, max_value=15, help_text="They change every 2^x seconds."
    )
    eid_offset_s = serializers.IntegerField(
        required=False, write_only=True, help_text="Its counter less Unix time, when it was set up."
    )
    changed_at = serializers.DateTimeField(read_only=True)

    @extend_schema_field(IDENTITY_SCHEMA)
    def get_beacon(self, row: models.Beacon) -> dict[str, Any]:
        return identity_json(registry.placement(row).identity, row.address)

    @extend_schema_field({"type": "array", "items": IDENTITY_SCHEMA})
    def get_further(self, row: models.Beacon) -> list[dict[str, Any]]:
        return [identity_json(identity, None) for identity in registry.placement(row).further]


class BeaconStateSerializer(serializers.Serializer[models.Beacon]):
    """What staff decide of a beacon: no part of its placement."""

    state = serializers.ChoiceField(choices=BeaconState.choices, required=False)


class ImportedSerializer(serializers.Serializer[registry.Imported]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()


def record_from_json(body: Any) -> dict[str, str]:
    """Return the columns that a JSON body names, as the strings that the registry checks.

    The identity may come as the columns themselves or, as in a sighting, in an object `beacon`; beside that, a list `further`
    says all that it sends in other formats.
    """
    if not isinstance(body, dict):
        raise serializers.ValidationError("The body must be an object.")
    named = body.get("beacon")
    flat: dict[str, Any] = _further_columns(named, body["further"]) if "further" in body else {}
    flat |= body | (named if isinstance(named, dict) else {})
    for column in COLUMNS:
        if isinstance(flat.get(column), bool | list | dict):
            raise InvalidBeacon(f"{column} must be a text or a number, not {flat[column]!r:.80}.", param=column)
    return {column: "" if flat[column] is None else str(flat[column]) for column in COLUMNS if column in flat}


def _further_columns(named: Any, further: Any) -> dict[str, Any]:
    """Return the columns of all formats: those of `further` filled in, all others empty."""
    if (
        not isinstance(named, dict)
        or not isinstance(further, list)
        or not all(isinstance(each, dict) for each in further)
    ):
        raise serializers.ValidationError({"further": "This must be a list of identities, beside the `beacon` itself."})
    formats = [each.get("format") for each in (named, *further)]
    if any(formats.count(each) > 1 or each not in list(BeaconFormat) for each in formats):
        raise serializers.ValidationError({"further": f"Each must be of another format: {', '.join(BeaconFormat)}."})
    columns = [column for own in IDENTITY_COLUMNS.values() for column in own]
    return {column: next((each[column] for each in further if column in each), "") for column in columns}
