"""Beacons in Django's admin, until the managers' console comes."""

from django.contrib import admin

from apikit.admin import ReadOnlyAdmin
from beacons import models


@admin.register(models.Beacon)
class BeaconAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    list_display = ("name", "venue", "format", "identity", "state", "battery_percent", "model", "changed_at")
    list_filter = ("venue", "state", "format", "model")
    search_fields = ("name", "identity", "address", "note")
    readonly_fields = ("id", "format", "identity", "address", "created_at", "changed_at")
    list_select_related = ("venue",)

    def has_add_permission(self, request: object) -> bool:
        """Beacons come by CSV or the API, which check a placement against the map."""
        return False


@admin.register(models.DeploymentVersion)
class DeploymentVersionAdmin(ReadOnlyAdmin, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    list_display = ("venue", "number", "created_at", "blob_hash", "snapshot_hash")
    list_filter = ("venue",)


@admin.register(models.EmissionVersion)
class EmissionVersionAdmin(ReadOnlyAdmin, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    list_display = ("venue", "number", "created_at", "blob_hash", "in_use")
    list_filter = ("venue",)
    list_select_related = ("venue__current_deployment",)

    @admin.display(boolean=True, description="in use")
    def in_use(self, version: models.EmissionVersion) -> bool:
        """Whether positions are computed with it now."""
        return bool(version.venue.current_deployment.emission_hash == version.blob_hash)
