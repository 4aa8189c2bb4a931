"""Venues, their drafts and their publications. What a published map holds is a blob, not rows."""

import uuid
from typing import ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from accounts.core.roles import Role
from venues.core.imdf.features import FeatureType
from venues.core.imdf.labels import label_in


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a zone of the IANA database."""
    if name not in available_timezones():
        raise ValidationError(f'"{name}" is not a time zone. Use an IANA name such as Asia/Qatar.')


class Venue(models.Model):
    """A district, mall, station or campus. Its map is what `current_publication` points to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.JSONField(
        default=dict, blank=True, help_text='Text by language, such as {"en": "Msheireb", "ar": "مشيرب"}.'
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    current_publication = models.ForeignKey(
        "venues.Publication", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    closures_revision = models.PositiveBigIntegerField(default=0, editable=False)
    """Grows whenever something on the map is closed or opened again: routes of a smaller number may lead through it."""

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return label_in(self.name, "en") or self.slug


class Membership(models.Model):
    """The role of an operator in a venue."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(role, role) for role in Role])
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    granted_at = models.DateTimeField(editable=False)

    class Meta:
        ordering: ClassVar = ["venue", "user"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["venue", "user"], name="one_role_in_a_venue")]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.venue.slug}"


class Draft(models.Model):
    """A map under work. `revision` grows with every change; a feature's version is the revision that last changed it.

    `edit_revision` is the newest edit that stands: the one that undo takes back. 0: none does. A discarded draft has no
    features and takes no changes; its journal stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="drafts")
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    edit_revision = models.PositiveBigIntegerField(default=0, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.venue.slug}, draft of {self.created_at:%Y-%m-%d %H:%M}"


class DraftFeature(models.Model):
    """A feature of a draft, as written: every property is kept, known or not."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="features")
    feature_id = models.UUIDField()
    feature_type = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in FeatureType])
    geometry = models.JSONField(null=True)
    properties = models.JSONField(default=dict)
    version = models.PositiveBigIntegerField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["feature_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "feature_id"], name="draft_feature_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["draft", "feature_type"], name="draft_feature_type")]

    def __str__(self) -> str:
        return f"{self.feature_type} {self.feature_id}"


class ChangeAction(models.TextChoices):
    """What a change did: an edit of one feature, of the whole map, taking an edit back and doing it again, the end."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    REPLACED = "replaced"
    UNDONE = "undone"
    REDONE = "redone"
    DISCARDED = "discarded"


class DraftChange(models.Model):
    """An entry of a draft's journal: who changed what, when, from what to what. Never changed itself.

    A change of one feature holds it `before` and `after`, None where it was not there. A change of the whole map names the
    blobs of all features before and after: what is imported and published is stored once.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="journal")
    revision = models.PositiveBigIntegerField()
    action = models.CharField(max_length=9, choices=ChangeAction.choices)
    feature_id = models.UUIDField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    before_hash = models.CharField(max_length=64, blank=True)
    after_hash = models.CharField(max_length=64, blank=True)
    parent_revision = models.PositiveBigIntegerField(null=True)
    """Of an edit: the edit that it was made on, 0 for the map as it was opened. Edits form a tree; undo goes up in it."""
    edit_revision = models.PositiveBigIntegerField(null=True)
    """Of undoing and redoing: the edit that was taken back or done again."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["draft", "-revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "revision"], name="draft_change_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["draft", "parent_revision"], name="draft_change_parent")]

    def __str__(self) -> str:
        return f"{self.revision}: {self.action} {self.feature_id or 'the whole map'}"


class Publication(models.Model):
    """One published map: the hash of its snapshot and of what was compiled from it. Never changed once made."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="publications")
    number = models.PositiveIntegerField()
    snapshot_hash = models.CharField(max_length=64, db_index=True)
    artefacts = models.JSONField(default=dict, help_text="Blob hash by kind, such as the routing graph.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["venue", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["venue", "number"], name="publication_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.venue.slug} no. {self.number}"


class SwitchKind(models.TextChoices):
    PUBLISHED = "published"
    RESTORED = "restored"


class MapSwitch(models.Model):
    """Once that a venue's visitors got another map: which, by whom, when, in place of which."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="switches")
    replaced = models.ForeignKey(Publication, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=9, choices=SwitchKind.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    switched_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.publication} {self.kind}"
