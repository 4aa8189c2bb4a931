"""Campaigns, visits of zones, decisions, messages and the outbox. The database is the record; all else is a hint."""

import uuid
from collections.abc import Iterable
from datetime import time
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from notifications.core import campaign as core
from notifications.core.circles import Circle, Spot
from notifications.core.deciding import Reason
from notifications.core.message import Message, Text
from notifications.core.provider import Gate
from notifications.core.visits import LeftBecause


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


class Campaign(models.Model):
    """A campaign as operators edit it. Editing it never makes it reach a visitor again: decisions bear its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey("venues.Venue", models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=120, help_text="Visitors' apps may see it beside the message.")
    kind = models.CharField(max_length=10, choices=_choices(core.CampaignKind), default=core.CampaignKind.MARKETING)
    trigger = models.CharField(max_length=10, choices=_choices(core.TriggerKind), default=core.TriggerKind.ENTER)
    dwell_s = models.FloatField(null=True, blank=True, validators=[MinValueValidator(1)])
    on_lost = models.BooleanField(default=False, help_text="Exit: also where the visitor was lost from sight.")
    scheduled_at = models.TimeField(
        null=True, blank=True, help_text="Schedule: the time of the day, in the venue's time zone."
    )
    zones = models.JSONField(default=list, blank=True, help_text="Ids of map features.")
    circles = models.JSONField(
        default=list,
        blank=True,
        help_text="Circles round an anchor (anchor, radius_m) or a point (lng, lat, level, radius_m). "
        "Proximity: the distance is the radius.",
    )
    languages = models.JSONField(default=list, blank=True, help_text="Empty: every language.")
    profiles = models.JSONField(default=list, blank=True, help_text="Empty: every profile.")
    tags = models.JSONField(default=list, blank=True, help_text="Empty: everyone; else one in common is enough.")
    opened_before = models.BooleanField(null=True, blank=True)
    first_visit = models.BooleanField(null=True, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    weekdays = models.JSONField(default=list, blank=True, help_text="0 is Monday; empty: every day.")
    hours_start = models.TimeField(null=True, blank=True)
    hours_end = models.TimeField(null=True, blank=True)
    cap = models.CharField(max_length=10, choices=_choices(core.CapKind), default=core.CapKind.EVER)
    cap_count = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    priority = models.SmallIntegerField(default=0)
    ttl_s = models.PositiveIntegerField(default=3600, validators=[MinValueValidator(1)])
    defers = models.BooleanField(
        default=False, help_text="Quiet hours put the message off to their end, if it is still of use then."
    )
    zone_cool_down_s = models.PositiveIntegerField(default=0)
    held_out_share = models.FloatField(default=0.0, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    promoted_id = models.UUIDField(
        null=True, blank=True, help_text="The place that it promotes: who enters it after the message has walked in."
    )
    attribution_s = models.PositiveIntegerField(
        default=7200, validators=[MinValueValidator(60)], help_text="How long after the message walking in counts."
    )
    content = models.JSONField(default=dict, blank=True, help_text="Title, body, image and link by language.")
    state = models.CharField(
        max_length=10, choices=_choices(core.CampaignState), default=core.CampaignState.DRAFT, editable=False
    )
    stopped = models.BooleanField(default=False, help_text="Kill switch: nothing of it is decided or sent while set.")
    active_since = models.DateTimeField(null=True, editable=False)
    start_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    """The first of the two operators that a safety campaign needs to start."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering: ClassVar = ["venue", "name", "id"]
        indexes: ClassVar = [models.Index(fields=["venue", "state"], name="campaign_state")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        VenueRules.renew(self.venue_id)

    @property
    def drawn(self) -> tuple[Circle, ...]:
        """The circles; for a proximity campaign the distances that it waits for."""
        is_near = self.trigger == core.TriggerKind.PROXIMITY
        return tuple(circle_from(values, is_near=is_near) for values in self.circles)

    @property
    def zone_ids(self) -> frozenset[UUID]:
        return frozenset(UUID(zone_id) for zone_id in self.zones) | {circle.id for circle in self.drawn}

    @property
    def texts(self) -> dict[str, Text]:
        return {language: text_from(values) for language, values in self.content.items()}

    def value(self) -> core.Campaign:
        """Return the campaign as the core reads it."""
        return core.Campaign(
            id=self.id,
            name=self.name,
            kind=core.CampaignKind(self.kind),
            trigger=core.Trigger(core.TriggerKind(self.trigger), self.dwell_s, self.on_lost, self.scheduled_at),
            zone_ids=self.zone_ids,
            cap=core.Cap(core.CapKind(self.cap), self.cap_count),
            ttl_s=self.ttl_s,
            content=self.texts,
            state=core.CampaignState(self.state),
            active_since=self.active_since,
            audience=core.Audience(
                frozenset(self.languages),
                frozenset(self.profiles),
                self.opened_before,
                self.first_visit,
                frozenset(self.tags),
            ),
            period=core.ActivePeriod(
                self.first_day, self.last_day, frozenset(self.weekdays), hours_from(self.hours_start, self.hours_end)
            ),
            priority=self.priority,
            held_out_share=self.held_out_share,
            zone_cool_down_s=self.zone_cool_down_s,
            circles=self.drawn,
            stopped=self.stopped,
            defers=self.defers,
        )


class VenueRules(models.Model):
    """A venue's own rules for messages: the kill switch and the quiet hours, in the venue's time zone."""

    venue = models.OneToOneField("venues.Venue", models.CASCADE, related_name="notification_rules")
    stopped = models.BooleanField(default=False, help_text="Nothing is decided or sent while this is set.")
    quiet_start = models.TimeField(null=True, blank=True)
    quiet_end = models.TimeField(null=True, blank=True)
    measured_zones = models.JSONField(
        default=list,
        blank=True,
        help_text="Ids of map features whose visits are counted whether a campaign needs them or not.",
    )
    revision = models.UUIDField(default=uuid.uuid4, editable=False)
    """Another one whenever a campaign of the venue or these rules change: what is kept of them in processes holds for one."""

    class Meta:
        verbose_name_plural = "venue rules"

    def __str__(self) -> str:
        return f"Messages in {self.venue}"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.revision = uuid.uuid4()
        changed = None if update_fields is None else {*update_fields, "revision"}
        super().save(*args, update_fields=changed, **kwargs)

    @classmethod
    def renew(cls, venue_id: UUID) -> None:
        """Let every process read the venue's campaigns anew."""
        cls.objects.update_or_create(venue_id=venue_id, defaults={"revision": uuid.uuid4()})

    @property
    def quiet(self) -> core.Hours | None:
        return hours_from(self.quiet_start, self.quiet_end)


class ZoneVisit(models.Model):
    """A stay of a visitor in a zone that some campaign listens to. It is open until `left_at` is known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey("visitors.Visitor", models.CASCADE, related_name="zone_visits")
    venue = models.ForeignKey("venues.Venue", models.CASCADE, related_name="+")
    zone_id = models.UUIDField()
    entered_at = models.DateTimeField()
    last_fix_at = models.DateTimeField()
    """Behind the newest fix by VISIT_NOTED_S at most (services/visits.py)."""
    accuracy_m = models.FloatField()
    """The radius of 68 % of the position that it began with: tells how narrow a zone may be there."""
    dwell_s = models.FloatField(default=0.0)
    left_at = models.DateTimeField(null=True)
    left_because = models.CharField(max_length=10, blank=True, choices=_choices(LeftBecause))
    reopened = models.PositiveSmallIntegerField(default=0)
    scheduled_to = models.DateTimeField(null=True)
    """The newest strike of a schedule that was told of this visit."""

    class Meta:
        ordering: ClassVar = ["-entered_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visitor", "zone_id"], condition=models.Q(left_at__isnull=True), name="one_open_visit"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["visitor", "zone_id", "-entered_at"], name="visits_of_visitor"),
            models.Index(fields=["last_fix_at"], condition=models.Q(left_at__isnull=True), name="open_visits"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} from {self.entered_at:%Y-%m-%d %H:%M:%S}"


class DecisionState(models.TextChoices):
    """Reserved and deferred are the states that are not final."""

    DEFERRED = "deferred"
    RESERVED = "reserved"
    SENT = "sent"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


class Decision(models.Model):
    """What was decided about one campaign, visitor and window; where it is suppressed, for which reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="decisions")
    visitor = models.ForeignKey("visitors.Visitor", models.CASCADE, related_name="decisions")
    window_key = models.CharField(max_length=80)
    zone_id = models.UUIDField()
    visit_id = models.UUIDField()
    event_at = models.DateTimeField()
    counts_at = models.DateTimeField()
    """When it counts for caps: when it happened, or the end of the quiet hours that put it off."""
    occasion = models.JSONField(null=True, editable=False)
    """What a deferred one is about, to be decided again; nothing for the others."""
    decided_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DecisionState.choices)
    reason = models.CharField(max_length=20, blank=True, choices=_choices(Reason))
    walked_in_at = models.DateTimeField(null=True)
    """When the visitor entered what the campaign promotes: of those who got the message, and of the control group."""

    class Meta:
        ordering: ClassVar = ["-decided_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "visitor", "window_key"], name="one_decision_a_window")
        ]
        indexes: ClassVar = [
            models.Index(fields=["visitor", "-counts_at"], name="decisions_of_visitor"),
            models.Index(
                fields=["counts_at"], condition=models.Q(state=DecisionState.DEFERRED), name="deferred_decisions"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.state}"


class VisitorMessage(models.Model):
    """A message in the visitor's language, numbered for the visitor. It is read by GET and replay, whatever was pushed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(Decision, models.CASCADE, related_name="message")
    visitor = models.ForeignKey("visitors.Visitor", models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    language = models.CharField(max_length=35)
    title = models.TextField()
    body = models.TextField()
    image = models.TextField(blank=True)
    link = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    displayed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["visitor", "seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["visitor", "seq"], name="message_number_once")]

    def __str__(self) -> str:
        return self.title

    def value(self) -> Message:
        """Return the message as transports and answers write it. Its collapse id is the decision's."""
        return Message(
            id=self.id,
            visitor_id=self.visitor_id,
            seq=self.seq,
            campaign_id=self.decision.campaign_id,
            campaign_name=self.decision.campaign.name,
            language=self.language,
            text=Text(self.title, self.body, self.image, self.link),
            collapse_id=self.decision_id.hex,
            created_at=self.created_at,
            expires_at=self.expires_at,
        )


class DeliveryState(models.TextChoices):
    PENDING = "pending"
    LEASED = "leased"
    ACCEPTED = "accepted"
    RETRY = "retry"
    DEAD = "dead"
    EXPIRED = "expired"


OPEN_DELIVERY_STATES = (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.RETRY)


class Delivery(models.Model):
    """A message on its way to one endpoint: a row of the outbox."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(VisitorMessage, models.CASCADE, related_name="deliveries")
    transport = models.CharField(max_length=10)
    endpoint = models.CharField(max_length=80)
    """What the transport reaches: the visitor's live group, or the id of a device."""
    provider = models.CharField(max_length=20)
    """Whose service carries it (core/provider.py): deliveries wait together while it is down."""
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    """For a leased one the end of its lease: then whoever comes first may take it."""
    lease_id = models.UUIDField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering: ClassVar = ["next_attempt_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "transport", "endpoint"], name="one_delivery_an_endpoint")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state__in=OPEN_DELIVERY_STATES), name="due_deliveries"
            ),
            models.Index(fields=["lease_id"], name="leased_deliveries"),
        ]

    def __str__(self) -> str:
        return f"{self.transport}: {self.state}"


class ProviderGate(models.Model):
    """What all workers know of a push provider: a row of `core.provider.Gate`. Without a row nothing is known yet."""

    provider = models.CharField(primary_key=True, max_length=20)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    shut_count = models.PositiveIntegerField(default=0)
    shut_until = models.DateTimeField(null=True)
    recovered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.provider

    def value(self) -> Gate:
        return Gate(self.tokens, self.filled_at, self.failures, self.shut_count, self.shut_until, self.recovered_at)


def text_from(values: dict[str, str]) -> Text:
    """Return the text that one language's part of a campaign's content holds."""
    return Text(values.get("title", ""), values.get("body", ""), values.get("image", ""), values.get("link", ""))


def circle_from(values: dict[str, Any], *, is_near: bool) -> Circle:
    """Return the circle that a campaign's row holds: `anchor` or `lng`, `lat` and `level`, and `radius_m`."""
    centre = UUID(values["anchor"]) if "anchor" in values else Spot(values["lng"], values["lat"], values["level"])
    return Circle(centre, values["radius_m"], is_near)


def hours_from(start: time | None, end: time | None) -> core.Hours | None:
    """Return the interval, None unless both ends are given."""
    return core.Hours(start, end) if start is not None and end is not None else None
