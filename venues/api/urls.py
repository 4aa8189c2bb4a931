"""Addresses of the venues API, below /api/v1/."""

from django.urls import URLPattern, path

from venues.api import views

urlpatterns: list[URLPattern] = [
    path("venues", views.venue_list, name="venue-list"),
    path("venues/<slug:slug>", views.venue_detail, name="venue-detail"),
    path("venues/<slug:slug>/snapshots/<str:content_hash>/features", views.features, name="features"),
    path("venues/<slug:slug>/snapshots/<str:content_hash>/imdf.zip", views.imdf_archive, name="imdf-archive"),
    path("venues/<slug:slug>/places", views.place_list, name="place-list"),
    path("venues/<slug:slug>/places/<str:place_id>", views.place_detail, name="place-detail"),
    path("venues/<slug:slug>/categories", views.category_list, name="category-list"),
]
