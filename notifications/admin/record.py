"""What was decided and why, to be read; and a venue's own rules."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import Decision, VenueRules

if TYPE_CHECKING:  # Django's own class takes no parameter when it runs
    _DecisionAdmin = admin.ModelAdmin[Decision]
    _VenueRulesAdmin = admin.ModelAdmin[VenueRules]
else:
    _DecisionAdmin = _VenueRulesAdmin = admin.ModelAdmin


@admin.register(Decision)
class DecisionAdmin(_DecisionAdmin):
    """Decisions are never made by hand."""

    list_display = ("decided_at", "campaign", "state", "reason", "visitor", "window_key")
    list_filter = ("state", "reason", "campaign")
    date_hierarchy = "decided_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(VenueRules)
class VenueRulesAdmin(_VenueRulesAdmin):
    list_display = ("venue", "stopped", "quiet_start", "quiet_end")
