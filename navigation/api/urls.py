"""Addresses of the navigation API, below /api/v1/."""

from django.urls import URLPattern, path

from navigation.api import profiles, routes

urlpatterns: list[URLPattern] = [
    path("profiles", profiles.profile_list),
    path("venues/<slug:slug>/routes", routes.route_list),
    path("venues/<slug:slug>/routes/matrix", routes.route_matrix),
]
