"""Campaigns as operators edit them, and a venue's own rules for messages."""

import uuid
from collections.abc import Iterable
from datetime import time
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.core import campaign as core
from notifications.core.circles import Circle, Spot
from notifications.core.message import MAX_TTL_S, Text
from notifications.models.choices import choices_of

DAY_S = 24 * 3600
# As long as decisions and visits are kept (retention.toml): what is asked for longer is not known any more.
QUARTER_S = 90 * DAY_S


class Campaign(models.Model):
    """A campaign as operators edit it. Editing it never makes it reach a visitor again: decisions bear its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey("venues.Venue", models.CASCADE, related_name="campaigns", verbose_name=_("venue"))
    name = models.CharField(_("name"), max_length=120, help_text=_("Visitors' apps may see it beside the message."))
    kind = models.CharField(
        _("kind"), max_length=10, choices=choices_of(core.CampaignKind), default=core.CampaignKind.MARKETING
    )
    trigger = models.CharField(
        _("trigger"), max_length=10, choices=choices_of(core.TriggerKind), default=core.TriggerKind.ENTER
    )
    dwell_s = models.FloatField(
        _("time inside (seconds)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(DAY_S)]
    )
    on_lost = models.BooleanField(
        _("also who was lost from sight"),
        default=False,
        help_text=_("Exit: also where the visitor was lost from sight."),
    )
    scheduled_at = models.TimeField(
        _("time of the day"),
        null=True,
        blank=True,
        help_text=_("Schedule: the time of the day, in the venue's time zone."),
    )
    zones = models.JSONField(_("zones"), default=list, blank=True, help_text=_("Ids of map features."))
    circles = models.JSONField(
        _("circles"),
        default=list,
        blank=True,
        help_text=_(
            "Circles round an anchor (anchor, radius_m) or a point (lng, lat, level, radius_m). "
            "Proximity: the distance is the radius."
        ),
    )
    languages = models.JSONField(_("languages"), default=list, blank=True, help_text=_("Empty: every language."))
    profiles = models.JSONField(_("profiles"), default=list, blank=True, help_text=_("Empty: every profile."))
    tags = models.JSONField(
        _("tags"), default=list, blank=True, help_text=_("Empty: everyone; else one in common is enough.")
    )
    opened_before = models.BooleanField(_("opened a message before"), null=True, blank=True)
    first_visit = models.BooleanField(_("first visit of the zone"), null=True, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    weekdays = models.JSONField(_("weekdays"), default=list, blank=True, help_text=_("0 is Monday; empty: every day."))
    hours_start = models.TimeField(_("from (hour of the day)"), null=True, blank=True)
    hours_end = models.TimeField(_("until (hour of the day)"), null=True, blank=True)
    cap = models.CharField(
        _("at most once"), max_length=10, choices=choices_of(core.CapKind), default=core.CapKind.EVER
    )
    cap_count = models.PositiveSmallIntegerField(
        _("messages in 24 hours (rolling)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    priority = models.SmallIntegerField(
        _("priority"), default=0, validators=[MinValueValidator(-1000), MaxValueValidator(1000)]
    )
    ttl_s = models.PositiveIntegerField(
        _("of use for (seconds)"), default=3600, validators=[MinValueValidator(1), MaxValueValidator(MAX_TTL_S)]
    )
    defers = models.BooleanField(
        _("put off by quiet hours"),
        default=False,
        help_text=_("Quiet hours put the message off to their end, if it is still of use then."),
    )
    zone_cool_down_s = models.PositiveIntegerField(
        _("silent about a zone for (seconds)"), default=0, validators=[MaxValueValidator(QUARTER_S)]
    )
    held_out_share = models.FloatField(
        _("share held out (0 to 1)"), default=0.0, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    promoted_id = models.UUIDField(
        _("promoted place (id)"),
        null=True,
        blank=True,
        help_text=_("The place that it promotes: who enters it after the message has walked in."),
    )
    attribution_s = models.PositiveIntegerField(
        _("walking in counts for (seconds)"),
        default=7200,
        validators=[MinValueValidator(60), MaxValueValidator(QUARTER_S)],
        help_text=_("How long after the message walking in counts."),
    )
    content = models.JSONField(
        _("texts"), default=dict, blank=True, help_text=_("Title, body, image and link by language.")
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=choices_of(core.CampaignState),
        default=core.CampaignState.DRAFT,
        editable=False,
    )
    stopped = models.BooleanField(
        _("stopped"), default=False, help_text=_("Kill switch: nothing of it is decided or sent while set.")
    )
    active_since = models.DateTimeField(_("active since"), null=True, editable=False)
    start_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    """The first of the two operators that a safety campaign needs to start."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("campaign"), _("campaigns")
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

    venue = models.OneToOneField(
        "venues.Venue", models.CASCADE, related_name="notification_rules", verbose_name=_("venue")
    )
    stopped = models.BooleanField(
        _("stopped"), default=False, help_text=_("Nothing is decided or sent while this is set.")
    )
    quiet_start = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_end = models.TimeField(_("quiet until"), null=True, blank=True)
    measured_zones = models.JSONField(
        _("measured zones"),
        default=list,
        blank=True,
        help_text=_("Ids of map features whose visits are counted whether a campaign needs them or not."),
    )
    revision = models.UUIDField(default=uuid.uuid4, editable=False)
    """Another one whenever a campaign of the venue or these rules change: what is kept of them in processes holds for one."""

    class Meta:
        verbose_name, verbose_name_plural = _("rules of a venue"), _("rules of venues")

    def __str__(self) -> str:
        return str(_("Messages in %(venue)s") % {"venue": self.venue})

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
