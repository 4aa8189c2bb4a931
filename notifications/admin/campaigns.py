"""Campaigns in the admin: edited in a form, started, paused and ended by buttons below it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.admin.campaign_form import PARTS, START, CampaignForm
from notifications.core.campaign import CampaignState
from notifications.errors import CampaignStateConflict
from notifications.models import Campaign
from notifications.services import campaigns

LIFECYCLE = (("start", _("Save and start")), ("pause", _("Save and pause")), ("end", _("Save and end")))
TEXTS: list[Any] = [
    (name, {"fields": [f"{part}_{language}" for part in PARTS]}) for language, name in settings.LANGUAGES
]

if TYPE_CHECKING:  # Django's own class takes no parameter when it runs
    _ModelAdmin = admin.ModelAdmin[Campaign]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(Campaign)
class CampaignAdmin(_ModelAdmin):
    form = CampaignForm
    list_display = ("name", "venue", "kind", "trigger", "state", "active_since")
    list_filter = ("venue", "state", "kind")
    search_fields = ("name",)
    readonly_fields = ("state", "active_since")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "venue",
                    "name",
                    "kind",
                    "state",
                    "active_since",
                    "priority",
                    "ttl_s",
                    "held_out_share",
                    "stopped",
                )
            },
        ),
        (
            _("Where"),
            {"fields": ("zones", "circles", "trigger", "dwell_s", "scheduled_at", "on_lost", "zone_cool_down_s")},
        ),
        (_("Whom"), {"fields": ("languages", "profiles", "tags", "opened_before", "first_visit")}),
        (_("When"), {"fields": ("first_day", "last_day", "weekdays", "hours_start", "hours_end", "defers")}),
        (_("How often"), {"fields": ("cap", "cap_count")}),
        (_("What it promotes"), {"fields": ("promoted_id", "attribution_s")}),
        *TEXTS,
    )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = (extra_context or {}) | {"lifecycle": LIFECYCLE}
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        operator = cast(User, request.user)  # the admin lets nobody else in
        if not change:
            obj.created_by, obj.created_at = operator, timezone.now()
        obj.start_asked_by = obj.start_asked_by if START in request.POST else None  # what was approved has changed
        super().save_model(request, obj, form, change)
        for button, act in _actions(obj, operator).items():
            if button in request.POST:
                self._act(request, obj, act)

    def _act(self, request: HttpRequest, campaign: Campaign, act: Callable[[], Campaign]) -> None:
        try:
            act()
        except CampaignStateConflict:
            said = gettext(
                '"%(campaign)s" stays as it is: %(state)s. What you asked for is not possible in this state.'
            )
            values = {"campaign": campaign, "state": campaign.get_state_display()}
            self.message_user(request, said % values, messages.ERROR)
            return
        self.message_user(request, _said_of(campaign), messages.SUCCESS)


def _actions(campaign: Campaign, by: User) -> dict[str, Callable[[], Campaign]]:
    return {
        START: lambda: campaigns.start(campaign=campaign, by=by, now=timezone.now()),
        "_pause": lambda: campaigns.pause(campaign=campaign),
        "_end": lambda: campaigns.end(campaign=campaign),
    }


def _said_of(campaign: Campaign) -> str:
    if campaign.state != CampaignState.ACTIVE and campaign.start_asked_by is not None:
        said = gettext('"%(campaign)s" starts when a second operator starts it too: it is a safety campaign.')
        return said % {"campaign": campaign}
    return gettext('"%(campaign)s" is now: %(state)s.') % {"campaign": campaign, "state": campaign.get_state_display()}
