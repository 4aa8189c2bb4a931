"""Operators in Django's admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts import models


@admin.register(models.User)
class OperatorAdmin(UserAdmin):  # type: ignore[type-arg]  # not generic when it runs
    """Django's own form for users, with the language that they work in."""

    list_display = ("username", "email", "is_staff", "is_active", "last_login")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Dalil", {"fields": ("preferred_language",)}))
