"""Addresses of the beacons API, below /api/v1/."""

from django.urls import URLPattern, path

from beacons.api import views
from beacons.api.coverage import BeaconCoverage
from beacons.api.explaining import PositionExplanation
from beacons.api.health import BeaconHealthReport
from beacons.api.learning import EmissionRestore, Emissions, Survey, Surveys, UnknownBeacons

urlpatterns: list[URLPattern] = [
    path("venues/<slug:slug>/beacons", views.Beacons.as_view()),
    path("venues/<slug:slug>/beacons/import", views.BeaconImport.as_view()),
    path("venues/<slug:slug>/beacons/coverage", BeaconCoverage.as_view()),
    path("venues/<slug:slug>/beacons/health", BeaconHealthReport.as_view()),
    path("venues/<slug:slug>/beacons/<uuid:beacon_id>", views.Beacon.as_view()),
    path("venues/<slug:slug>/beacons/unknown", UnknownBeacons.as_view()),
    path("venues/<slug:slug>/emissions", Emissions.as_view()),
    path("venues/<slug:slug>/emissions/<int:number>/restore", EmissionRestore.as_view()),
    path("venues/<slug:slug>/surveys", Surveys.as_view()),
    path("venues/<slug:slug>/surveys/<uuid:survey_id>", Survey.as_view()),
    path("venues/<slug:slug>/positions/explain", PositionExplanation.as_view()),
]
