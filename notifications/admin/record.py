"""What was decided and why, to be read; and a venue's own rules."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apikit.admin import ReadOnlyAdmin
from notifications.models import Decision, VenueRules
from notifications.services import explaining
from visitors.services.codes import visitor_by_code

if TYPE_CHECKING:  # Django's own class takes no parameter when it runs
    _DecisionAdmin = admin.ModelAdmin[Decision]
    _VenueRulesAdmin = admin.ModelAdmin[VenueRules]
else:
    _DecisionAdmin = _VenueRulesAdmin = admin.ModelAdmin


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin, _DecisionAdmin):
    """Decisions are never made by hand. A code that a visitor reads out finds theirs."""

    list_display = ("decided_at", "campaign", "state", "reason", "why", "visitor", "window_key")
    list_filter = ("state", "reason", "campaign")
    date_hierarchy = "decided_at"
    search_fields = ("visitor__code__code",)
    search_help_text = _("The code that a visitor reads out")

    @admin.display(description=_("why"))
    def why(self, decision: Decision) -> str:
        return explaining.why(decision)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Decision], search_term: str
    ) -> tuple[QuerySet[Decision], bool]:
        if not search_term:
            return queryset, False
        visitor = visitor_by_code(search_term, now=timezone.now())
        return (queryset.none() if visitor is None else queryset.filter(visitor=visitor)), False


@admin.register(VenueRules)
class VenueRulesAdmin(_VenueRulesAdmin):
    list_display = ("venue", "stopped", "quiet_start", "quiet_end")
