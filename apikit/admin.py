"""What the admin pages of several apps share."""

from django.http import HttpRequest


class ReadOnlyAdmin:
    """Rows to look at: they change by services alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False
