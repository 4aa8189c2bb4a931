"""Every address of the service."""

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config import health, site
from navigation.consumers import LiveConsumer

NAME = "Dalil"
admin.site.site_header = admin.site.site_title = NAME
admin.site.index_title = _("Venues, beacons, campaigns")
admin.autodiscover()

handler404 = "apikit.api.problems.not_found"
handler500 = "apikit.api.problems.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("venues.api.urls")),
    path("api/v1/", include("visitors.api.urls")),
    path("api/v1/", include("beacons.api.urls")),
    path("api/v1/", include("notifications.api.urls")),
    path("api/v1/", include("navigation.api.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/v1/healthz", health.healthz),
    path("api/v1/readyz", health.readyz),
    path("api/v1/metrics", health.metrics),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path(
        "sign-in",
        LoginView.as_view(
            template_name="admin/login.html", next_page="docs", extra_context={"site_header": NAME, "site_title": NAME}
        ),
        name="sign-in",
    ),
    path("admin/", admin.site.urls),
    path("push-worker.js", site.push_worker, name="push-worker"),
    path("", site.index, name="site"),
]

websocket_urlpatterns: list[URLPattern] = [
    path("ws/v1/venues/<slug:slug>/live", LiveConsumer.as_asgi()),
]
