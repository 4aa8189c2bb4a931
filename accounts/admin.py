"""Operators in Django's admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from accounts import models


@admin.register(models.User)
class OperatorAdmin(UserAdmin):  # type: ignore[type-arg]  # not generic when it runs
    """Django's own form for users, with the language that they work in."""

    list_display = ("username", "email", "is_staff", "is_active", "last_login")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Dalil", {"fields": ("preferred_language",)}))


@admin.register(models.ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    """Keys to look through and to end. `manage.py create_api_key` makes them, for a page would keep what it showed."""

    list_display = ("name", "user", "venue_id", "role", "created_at", "last_used_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.ApiKey | None = None) -> bool:
        return False
