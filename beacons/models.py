"""The registry of beacons, and the deployments frozen from it."""

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from beacons.core.health import Verdict
from beacons.core.registry import BeaconFormat
from venues.models import Venue
from visitors.models import Visitor


class BeaconState(models.TextChoices):
    """Whether a beacon is believed."""

    ACTIVE = "active"
    QUARANTINED = "quarantined"  # heard where it can't be: it stays registered, and has no weight
    RETIRED = "retired"


class Beacon(models.Model):
    """A beacon where an installer put it. `identity` and `address` are kept in the canonical form of core/registry.py."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="beacons")
    name = models.CharField(max_length=120)
    format = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in BeaconFormat])
    identity = models.CharField(max_length=60)
    """iBeacon `uuid/major/minor`, Eddystone UID `namespace/instance`, AltBeacon `id1/id2/id3`: lower case, decimal numbers."""
    further = models.JSONField(default=list)
    """What the same device sends in other formats: [[format, identity]], in the order of BeaconFormat."""
    address = models.CharField(max_length=17, blank=True, default="")
    """The radio address `aa:bb:cc:dd:ee:ff`, where a fleet shares one identity; empty where the identity is enough."""
    lng = models.FloatField(validators=[MinValueValidator(-180), MaxValueValidator(180)])
    lat = models.FloatField(validators=[MinValueValidator(-90), MaxValueValidator(90)])
    level_id = models.UUIDField()
    """The level of the map that it hangs on."""
    height_m = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(30)])
    """Above the floor of its level."""
    measured_power_dbm = models.SmallIntegerField(validators=[MinValueValidator(-127), MaxValueValidator(20)])
    """The strength expected at 1 m, whatever the format: Eddystone's ranging data less 41 dB."""
    interval_ms = models.PositiveIntegerField(validators=[MinValueValidator(20), MaxValueValidator(60_000)])
    """Time between two advertisements."""
    model = models.CharField(max_length=80, blank=True, default="")
    battery_percent = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])
    note = models.TextField(blank=True, default="")
    photo_url = models.CharField(max_length=500, blank=True, default="")
    """Where a picture of it hangs in the net; we keep none."""
    state = models.CharField(max_length=12, choices=BeaconState.choices, default=BeaconState.ACTIVE)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["venue", "format", "identity", "address"], name="one_beacon_an_identity")
        ]

    def __str__(self) -> str:
        return self.name


class BeaconKey(models.Model):
    """What resolves the ephemeral identifiers of a beacon. In a table of its own: no answer and no blob is made of it."""

    beacon = models.OneToOneField(Beacon, on_delete=models.CASCADE, primary_key=True, related_name="key")
    sealed_key = models.BinaryField()
    """The identity key, readable with the installation's secret alone (services/eid_keys.py)."""
    rotation_exponent = models.PositiveSmallIntegerField(validators=[MaxValueValidator(15)])
    given_offset_s = models.BigIntegerField()
    """The beacon's counter less Unix time, as the installer gave it."""
    offset_s = models.FloatField()
    """The same as learnt from what was heard: clocks drift."""
    given_at = models.DateTimeField()
    learnt_at = models.DateTimeField(null=True)
    """When the beacon was last heard by it; None before anybody has."""

    def __str__(self) -> str:
        return f"key of {self.beacon_id}"


class BeaconObservation(models.Model):
    """One pass by a beacon, until a worker folds it into the beacon's health: half a minute, and an hour where none runs.

    `mark` is made of the beacon, the device and a salt that is thrown away at the end of the day: it tells the devices at one
    beacon apart, and leads neither to a visitor nor from one beacon to another.
    """

    beacon = models.ForeignKey(Beacon, on_delete=models.CASCADE, related_name="+")
    mark = models.BigIntegerField()
    deviation = models.FloatField(null=True)
    """How much stronger than expected, in deviations of the noise; None where the beacon was missed."""
    x_m = models.FloatField()
    y_m = models.FloatField()
    level_id = models.UUIDField()
    distance_m = models.FloatField()
    rssi_dbm = models.FloatField()
    battery_mv = models.PositiveIntegerField(null=True)
    """What the beacon told of its battery (Eddystone TLM); None where it told nothing."""
    observed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"pass by {self.beacon_id}"


class BeaconHealth(models.Model):
    """What passers-by said of a beacon since its row last changed: sums and counts (core/health.py)."""

    beacon = models.OneToOneField(Beacon, on_delete=models.CASCADE, primary_key=True, related_name="health")
    verdict = models.CharField(max_length=10, choices=[(verdict.value, verdict.value) for verdict in Verdict])
    sums = models.JSONField()
    since = models.DateTimeField()
    """When the beacon's row had last changed: what was learnt of it before says nothing of it now."""

    def __str__(self) -> str:
        return f"health of {self.beacon_id}"


class DeploymentVersion(models.Model):
    """One frozen deployment: the registry as it was, laid over one snapshot. It never changes."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="deployments")
    number = models.PositiveIntegerField()
    blob_hash = models.CharField(max_length=64)
    snapshot_hash = models.CharField(max_length=64)
    registry_hash = models.CharField(max_length=64)
    """Of the beacons that it was made of: the same beacons over the same snapshot are not laid out again."""
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["venue", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["venue", "number"], name="deployment_number_once")]

    def __str__(self) -> str:
        return f"deployment {self.number}"


class CurrentDeployment(models.Model):
    """The pointer to the deployment that positions are computed with now."""

    venue = models.OneToOneField(Venue, on_delete=models.CASCADE, primary_key=True, related_name="current_deployment")
    version = models.ForeignKey(DeploymentVersion, on_delete=models.CASCADE, related_name="+")
    blob_hash = models.CharField(max_length=64)
    """The version's, repeated: every batch of every visitor asks for it."""
    emission_hash = models.CharField(max_length=64, blank=True, default="")
    """The emission table laid over it, which is switched by itself; empty where nothing learned is in use."""

    def __str__(self) -> str:
        return str(self.version)


class Survey(models.Model):
    """A walk that a surveyor took with way points: a CSV file in the blob store, as it came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="surveys")
    name = models.CharField(max_length=120)
    blob_hash = models.CharField(max_length=64)
    way_points = models.PositiveIntegerField()
    sightings = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-uploaded_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["venue", "blob_hash"], name="one_survey_a_file")]

    def __str__(self) -> str:
        return self.name


class VisitorTrack(models.Model):
    """What the phone of a visitor who consented to history heard within two minutes: seconds, no instants, no places."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="+")
    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="tracks")
    recorded_on = models.DateField(db_index=True)
    deployment_hash = models.CharField(max_length=64)
    """Whose beacons the numbers in `heard` mean."""
    heard = models.BinaryField()
    """Compressed records of tenths of a second from the track's beginning, beacon, whole dBm (core/learning/recording.py)."""

    def __str__(self) -> str:
        return f"track {self.id}"


class EmissionVersion(models.Model):
    """One emission table, learned in one night and better on walks that taught nothing of it. It never changes."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="emissions")
    number = models.PositiveIntegerField()
    blob_hash = models.CharField(max_length=64)
    report = models.JSONField()
    """What was compared, and why it was published."""
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["venue", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["venue", "number"], name="emission_number_once")]

    def __str__(self) -> str:
        return f"emissions {self.number}"
