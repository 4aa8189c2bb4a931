"""Addresses of the navigation API, below /api/v1/."""

from django.urls import URLPattern, path

from navigation.api import bundles, places, profiles, reports, routes
from navigation.api.closures import Closures, OneClosure
from navigation.api.overrides import OneOverride, Overrides
from navigation.api.publications import DraftFindings, PublicationRestore, Publications
from navigation.api.sightings import Sightings
from navigation.api.trips import TripDetail, Trips
from navigation.api.trying import CampaignTry

urlpatterns: list[URLPattern] = [
    path("profiles", profiles.profile_list),
    path("venues/<slug:slug>/places", places.place_list),
    path("venues/<slug:slug>/routes", routes.route_list),
    path("venues/<slug:slug>/routes/matrix", routes.route_matrix),
    path("venues/<slug:slug>/routes/isochrone", routes.route_isochrone),
    path("venues/<slug:slug>/snapshots/<str:content_hash>/bundle", bundles.bundle),
    path("venues/<slug:slug>/sightings", Sightings.as_view()),
    path("venues/<slug:slug>/publications", Publications.as_view()),
    path("venues/<slug:slug>/publications/<int:number>/restore", PublicationRestore.as_view()),
    path("venues/<slug:slug>/closures", Closures.as_view()),
    path("venues/<slug:slug>/closures/<uuid:closure_id>", OneClosure.as_view()),
    path("venues/<slug:slug>/overrides", Overrides.as_view()),
    path("venues/<slug:slug>/overrides/<uuid:override_id>", OneOverride.as_view()),
    path("venues/<slug:slug>/reports/searches", reports.Searches.as_view()),
    path("venues/<slug:slug>/reports/routes", reports.FailedRoutes.as_view()),
    path("venues/<slug:slug>/campaigns/<uuid:campaign_id>/try", CampaignTry.as_view()),
    path("drafts/<uuid:draft_id>/findings", DraftFindings.as_view()),
    path("trips", Trips.as_view()),
    path("trips/<uuid:trip_id>", TripDetail.as_view()),
]
