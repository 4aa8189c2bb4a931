"""What the registry's API accepts and returns."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from beacons import models
from beacons.core.registry import COLUMNS
from beacons.models import BeaconState
from beacons.services import registry
from beacons.services.explaining import identity_json


class BeaconSerializer(serializers.Serializer[models.Beacon]):
    """A beacon of the registry, in the columns of the CSV and with what only the registry keeps."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(required=False)
    beacon = serializers.SerializerMethodField(help_text="The identity, as a sighting has it.")
    lng = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    level_id = serializers.UUIDField(required=False)
    height_m = serializers.FloatField(required=False)
    measured_power_dbm = serializers.IntegerField(required=False, help_text="At 1 m, whatever the format.")
    interval_ms = serializers.IntegerField(required=False)
    model = serializers.CharField(required=False)
    battery_percent = serializers.IntegerField(required=False, allow_null=True)
    note = serializers.CharField(required=False)
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

    @extend_schema_field({"type": "object", "properties": {"format": {"type": "string"}}, "required": ["format"]})
    def get_beacon(self, row: models.Beacon) -> dict[str, Any]:
        return identity_json(registry.placement(row).identity, row.address)


class BeaconExtraSerializer(serializers.Serializer[models.Beacon]):
    """What only the registry keeps of a beacon: no part of its placement."""

    battery_percent = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    state = serializers.ChoiceField(choices=BeaconState.choices, required=False)


class ImportedSerializer(serializers.Serializer[registry.Imported]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()


def record_from_json(body: Any) -> dict[str, str]:
    """Return the columns that a JSON body names, as the strings that the registry checks.

    The identity may come as the columns themselves or, as in a sighting, in an object `beacon`.
    """
    if not isinstance(body, dict):
        raise serializers.ValidationError("The body must be an object.")
    nested = body.get("beacon")
    flat = body | (nested if isinstance(nested, dict) else {})
    return {column: "" if flat[column] is None else str(flat[column]) for column in COLUMNS if column in flat}
