"""Addresses of the visitors API, below /api/v1/."""

from django.urls import URLPattern, path

from visitors.api import views

urlpatterns: list[URLPattern] = [
    path("visitors", views.NewVisitor.as_view()),
    path("visitors/me", views.Me.as_view()),
    path("visitors/me/export", views.MyExport.as_view()),
    path("visitors/me/consent", views.MyConsent.as_view()),
    path("visitors/me/code", views.MyCode.as_view()),
    path("visitors/me/devices", views.MyDevices.as_view()),
    path("visitors/me/devices/<uuid:device_id>", views.MyDevice.as_view()),
]
