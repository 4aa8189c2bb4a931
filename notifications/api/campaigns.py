"""Views of campaigns, for operators."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.core.roles import Right
from notifications import selectors
from notifications.api.serializers import CampaignSerializer, CampaignsSerializer, RulesSerializer
from notifications.models import Campaign
from notifications.services import campaigns
from venues.api.operators import OperatorView, operator_of
from venues.selectors import venue_by_slug


class Campaigns(OperatorView):
    to_write = Right.CAMPAIGN

    @extend_schema(operation_id="listCampaigns", responses=CampaignsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return the venue's campaigns."""
        found = selectors.campaigns_of(venue_by_slug(slug))
        return Response({"campaigns": CampaignSerializer(found, many=True).data})

    @extend_schema(operation_id="createCampaign", request=CampaignSerializer, responses={201: CampaignSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Create a draft."""
        venue = venue_by_slug(slug)
        values = _valid(CampaignSerializer(data=request.data))
        created = campaigns.create(venue=venue, values=values, by=operator_of(request), now=timezone.now())
        return Response(CampaignSerializer(created).data, status=status.HTTP_201_CREATED)


class OneCampaign(OperatorView):
    to_write = Right.CAMPAIGN

    @extend_schema(operation_id="getCampaign", responses=CampaignSerializer)
    def get(self, request: Request, slug: str, campaign_id: UUID) -> Response:
        """Return a campaign."""
        return Response(CampaignSerializer(_campaign(slug, campaign_id)).data)

    @extend_schema(operation_id="changeCampaign", request=CampaignSerializer, responses=CampaignSerializer)
    def patch(self, request: Request, slug: str, campaign_id: UUID) -> Response:
        """Change a campaign. One that runs must still be fit to run. Nobody gets it again for being changed."""
        campaign = _campaign(slug, campaign_id)
        values = _valid(CampaignSerializer(campaign, data=request.data, partial=True))
        return Response(CampaignSerializer(campaigns.change(campaign=campaign, values=values)).data)


class CampaignStart(OperatorView):
    to_write = Right.CAMPAIGN

    @extend_schema(operation_id="startCampaign", request=None, responses=CampaignSerializer)
    def post(self, request: Request, slug: str, campaign_id: UUID) -> Response:
        """Start a draft or go on with a paused campaign; 409 lists everything that keeps it from running."""
        campaign = _campaign(slug, campaign_id)
        started = campaigns.start(campaign=campaign, by=operator_of(request), now=timezone.now())
        return Response(CampaignSerializer(started).data)


class CampaignPause(OperatorView):
    to_write = Right.CAMPAIGN

    @extend_schema(operation_id="pauseCampaign", request=None, responses=CampaignSerializer)
    def post(self, request: Request, slug: str, campaign_id: UUID) -> Response:
        """Pause a campaign that runs."""
        return Response(CampaignSerializer(campaigns.pause(campaign=_campaign(slug, campaign_id))).data)


class CampaignEnd(OperatorView):
    to_write = Right.CAMPAIGN

    @extend_schema(operation_id="endCampaign", request=None, responses=CampaignSerializer)
    def post(self, request: Request, slug: str, campaign_id: UUID) -> Response:
        """End a campaign for good."""
        return Response(CampaignSerializer(campaigns.end(campaign=_campaign(slug, campaign_id))).data)


class Rules(OperatorView):
    to_write = Right.CAMPAIGN

    @extend_schema(operation_id="getNotificationRules", responses=RulesSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return the venue's rules for messages: its kill switch and its quiet hours."""
        return Response(RulesSerializer(selectors.rules_row(venue_by_slug(slug))).data)

    @extend_schema(operation_id="changeNotificationRules", request=RulesSerializer, responses=RulesSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Change the rules. The kill switch holds at once, for messages that are queued too."""
        venue = venue_by_slug(slug)
        values = _valid(RulesSerializer(selectors.rules_row(venue), data=request.data, partial=True))
        return Response(RulesSerializer(campaigns.set_rules(venue=venue, values=values)).data)


def _campaign(slug: str, campaign_id: UUID) -> Campaign:
    return selectors.campaign_of(venue_by_slug(slug), campaign_id)


def _valid(serializer: serializers.ModelSerializer[Any]) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
