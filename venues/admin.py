"""What a manager sees of venues until the console comes: venues, their drafts and, read only, their publications."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from apikit.admin import ReadOnlyAdmin
from venues import models
from venues.core.imdf.labels import label_in


class PublicationInline(admin.TabularInline):  # type: ignore[type-arg]  # not generic when it runs
    """The history of the venue's map, newest first."""

    model = models.Publication
    fk_name = "venue"
    fields = readonly_fields = ("number", "snapshot_hash", "author", "published_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: models.Venue | None = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]  # not generic when it runs
    """Who may do what in the venue: granted, changed and revoked here as well as by its owners over HTTP."""

    model = models.Membership
    fk_name = "venue"
    fields = ("user", "role", "granted_by", "granted_at")
    readonly_fields = ("granted_by", "granted_at")
    extra = 0


@admin.register(models.Venue)
class VenueAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    list_display = ("slug", "english_name", "time_zone", "current_publication", "published_at")
    list_select_related = ("current_publication__venue",)
    search_fields = ("slug", "name")
    readonly_fields = ("id", "current_publication")
    fields = ("slug", "name", "time_zone", "id", "current_publication")
    inlines = (MembershipInline, PublicationInline)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Note who grants a role, and when."""
        if formset.model is models.Membership:
            for row in formset.save(commit=False):
                row.granted_by = cast(User, request.user)  # the admin lets nobody else in
                row.granted_at = timezone.now()
        super().save_formset(request, form, formset, change)

    @admin.display(description="name")
    def english_name(self, venue: models.Venue) -> str:
        return label_in(venue.name, "en") or "—"

    @admin.display(description="published", ordering="current_publication__published_at")
    def published_at(self, venue: models.Venue) -> object:
        return venue.current_publication and venue.current_publication.published_at


@admin.register(models.Publication)
class PublicationAdmin(ReadOnlyAdmin, admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    list_display = ("venue", "number", "is_current", "short_hash", "author", "published_at")
    list_filter = ("venue",)
    list_select_related = ("venue", "author")
    date_hierarchy = "published_at"

    @admin.display(boolean=True, description="current")
    def is_current(self, publication: models.Publication) -> bool:
        return publication.venue.current_publication_id == publication.pk

    @admin.display(description="snapshot", ordering="snapshot_hash")
    def short_hash(self, publication: models.Publication) -> str:
        return publication.snapshot_hash[:12]


@admin.register(models.Draft)
class DraftAdmin(ReadOnlyAdmin, admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    list_display = ("venue", "feature_count", "revision", "author", "created_at", "changed_at", "discarded_at")
    list_filter = ("venue",)
    list_select_related = ("venue", "author")

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Draft]:
        drafts: QuerySet[models.Draft] = super().get_queryset(request)
        return drafts.annotate(feature_total=Count("features"))

    @admin.display(description="features", ordering="feature_total")
    def feature_count(self, draft: models.Draft) -> int:
        return int(getattr(draft, "feature_total", 0))  # annotated by get_queryset
