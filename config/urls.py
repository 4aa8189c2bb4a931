"""Every address of the service."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

handler404 = "apikit.api.problems.not_found"
handler500 = "apikit.api.problems.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("venues.api.urls")),
    path("api/v1/", include("visitors.api.urls")),
    path("api/v1/", include("beacons.api.urls")),
    path("api/v1/", include("notifications.api.urls")),
    path("api/v1/", include("navigation.api.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("admin/", admin.site.urls),
]

websocket_urlpatterns: list[URLPattern] = []
