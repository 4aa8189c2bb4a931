"""Closures and overrides in the admin: made in a form, told by the names of what they speak of, and taken back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from apikit.errors import ApiError
from navigation.admin.said_forms import ClosureForm, OverrideForm
from navigation.core.naming import title_of
from navigation.core.overrides import OverrideKind
from navigation.models import Closure, RoutingOverride
from navigation.services import closures, overrides
from venues import selectors
from venues.models import Venue

if TYPE_CHECKING:  # Django's own class takes no parameter when it runs
    _ClosureAdmin = admin.ModelAdmin[Closure]
    _OverrideAdmin = admin.ModelAdmin[RoutingOverride]
else:
    _ClosureAdmin = _OverrideAdmin = admin.ModelAdmin

REASONS = [f"reason_{language}" for language, _ in settings.LANGUAGES]


@admin.register(Closure)
class ClosureAdmin(_ClosureAdmin):
    """A closure is made and taken back, never changed: visitors were told of it as it was."""

    form = ClosureForm
    fields = ("venue", "features", "level", *REASONS, "starts_at", "ends_at")
    list_display = ("closed", "venue", "starts_at", "ends_at", "author")
    list_filter = ("venue",)
    list_select_related = ("venue__current_publication", "author")

    @admin.display(description="closed")
    def closed(self, closure: Closure) -> str:
        return titles(closure.venue, closure.feature_ids)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Closure, form: Any, change: bool) -> None:
        operator = cast(User, request.user)  # the admin lets nobody else in
        made = closures.close(venue=obj.venue, request=form.request, by=operator, now=timezone.now())
        obj.pk, obj.feature_ids, obj.starts_at = made.pk, made.feature_ids, made.starts_at

    def delete_model(self, request: HttpRequest, obj: Closure) -> None:
        closures.open_again(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Closure]) -> None:
        for closure in queryset:
            closures.open_again(closure)


@admin.register(RoutingOverride)
class OverrideAdmin(_OverrideAdmin):
    """An override is made and removed; it holds from the next publication."""

    form = OverrideForm
    fieldsets = (
        (None, {"fields": ("venue", "kind", "note")}),
        ("Forbid or re-weight", {"fields": ("feature", "from_feature", "to_feature", "factor")}),
        ("Add", {"fields": ("start", "end", "way_kind", "length_m", "one_way")}),
    )
    list_display = ("about", "kind", "venue", "note", "author", "created_at")
    list_filter = ("venue", "kind")
    list_select_related = ("venue__current_publication", "author")

    @admin.display(description="about")
    def about(self, override: RoutingOverride) -> str:
        feature_id = override.content.get("feature_id")
        return titles(override.venue, [feature_id]) if feature_id else f"a {override.content.get('way', 'walk')}"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RoutingOverride, form: Any, change: bool) -> None:
        operator = cast(User, request.user)  # the admin lets nobody else in
        made = overrides.add(
            venue=obj.venue, kind=OverrideKind(obj.kind), content=form.content, note=obj.note, by=operator, now=timezone.now()
        )  # fmt: skip
        obj.pk, obj.created_at = made.pk, made.created_at


def titles(venue: Venue, feature_ids: Iterable[str]) -> str:
    """Return the names of features as the venue's published map has them, their ids where it has no map."""
    try:
        snapshot = selectors.current_snapshot(venue)
    except ApiError:
        return ", ".join(feature_ids)
    return ", ".join(title_of(snapshot, UUID(id_)) for id_ in feature_ids)
