"""Addresses of the beacons API, below /api/v1/."""

from django.urls import URLPattern, path

from beacons.api import views
from beacons.api.coverage import BeaconCoverage
from beacons.api.explaining import PositionExplanation
from beacons.api.health import BeaconHealthReport

urlpatterns: list[URLPattern] = [
    path("venues/<slug:slug>/beacons", views.Beacons.as_view()),
    path("venues/<slug:slug>/beacons/import", views.BeaconImport.as_view()),
    path("venues/<slug:slug>/beacons/coverage", BeaconCoverage.as_view()),
    path("venues/<slug:slug>/beacons/health", BeaconHealthReport.as_view()),
    path("venues/<slug:slug>/beacons/<uuid:beacon_id>", views.Beacon.as_view()),
    path("venues/<slug:slug>/positions/explain", PositionExplanation.as_view()),
]
