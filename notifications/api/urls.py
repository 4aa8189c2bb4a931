"""Addresses of the notifications API, below /api/v1/."""

from django.urls import URLPattern, path

from notifications.api import campaigns, decisions, messages, push, reports

urlpatterns: list[URLPattern] = [
    path("visitors/me/messages", messages.MyMessages.as_view()),
    path("push/key", push.PushKey.as_view()),
    path("visitors/me/messages/<uuid:message_id>/displayed", messages.MyMessageDisplayed.as_view()),
    path("visitors/me/messages/<uuid:message_id>/opened", messages.MyMessageOpened.as_view()),
    path("venues/<slug:slug>/decisions", decisions.Decisions.as_view()),
    path("venues/<slug:slug>/notification-rules", campaigns.Rules.as_view()),
    path("venues/<slug:slug>/campaigns", campaigns.Campaigns.as_view()),
    path("venues/<slug:slug>/campaigns/<uuid:campaign_id>", campaigns.OneCampaign.as_view()),
    path("venues/<slug:slug>/campaigns/<uuid:campaign_id>/start", campaigns.CampaignStart.as_view()),
    path("venues/<slug:slug>/campaigns/<uuid:campaign_id>/pause", campaigns.CampaignPause.as_view()),
    path("venues/<slug:slug>/campaigns/<uuid:campaign_id>/end", campaigns.CampaignEnd.as_view()),
    path("venues/<slug:slug>/campaigns/<uuid:campaign_id>/report", reports.CampaignReport.as_view()),
    path("venues/<slug:slug>/reports/zones", reports.ZoneReports.as_view()),
    path("venues/<slug:slug>/reports/flows", reports.Flows.as_view()),
]
