"""Addresses of the venues API, below /api/v1/."""

from django.urls import URLPattern, path

from venues.api import drafts, members, views

urlpatterns: list[URLPattern] = [
    path("venues", views.venue_list, name="venue-list"),
    path("venues/<slug:slug>", views.venue_detail, name="venue-detail"),
    path("venues/<slug:slug>/snapshots/<str:content_hash>/features", views.features, name="features"),
    path("venues/<slug:slug>/snapshots/<str:content_hash>/imdf.zip", views.imdf_archive, name="imdf-archive"),
    path("venues/<slug:slug>/places/<str:place_id>", views.place_detail, name="place-detail"),
    path("venues/<slug:slug>/categories", views.category_list, name="category-list"),
    path("venues/<slug:slug>/members", members.Members.as_view(), name="member-list"),
    path("venues/<slug:slug>/members/<str:username>", members.OneMember.as_view(), name="member"),
    path("venues/<slug:slug>/drafts", drafts.Drafts.as_view(), name="draft-list"),
    path("drafts/<uuid:draft_id>", drafts.OneDraft.as_view(), name="draft"),
    path("drafts/<uuid:draft_id>/features", drafts.DraftFeatures.as_view(), name="draft-feature-list"),
    path("drafts/<uuid:draft_id>/features/<uuid:feature_id>", drafts.OneDraftFeature.as_view(), name="draft-feature"),
    path("drafts/<uuid:draft_id>/changes", drafts.DraftChanges.as_view(), name="draft-change-list"),
    path("drafts/<uuid:draft_id>/diff", drafts.DraftDiff.as_view(), name="draft-diff"),
    path("drafts/<uuid:draft_id>/undo", drafts.DraftUndo.as_view(), name="draft-undo"),
    path("drafts/<uuid:draft_id>/redo", drafts.DraftRedo.as_view(), name="draft-redo"),
]
