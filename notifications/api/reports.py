"""Views of reports, for operators."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.serializers import FIRST_YEAR, LAST_YEAR
from notifications import selectors
from notifications.core.reporting import SMALLEST_CELL
from notifications.services import reports
from notifications.services.reports import Period
from venues.api.operators import OperatorView
from venues.models import Venue
from venues.selectors import venue_by_slug

LONGEST = timedelta(days=92)
"""A quarter: visits are kept no longer (notifications/retention.toml)."""


class PeriodSerializer(serializers.Serializer[Any]):
    """Days of the venue, the last one included."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()

    def validate_first_day(self, day: date) -> date:
        if not FIRST_YEAR <= day.year < LAST_YEAR:
            raise serializers.ValidationError(f"Give a day of the years from {FIRST_YEAR} to {LAST_YEAR - 1}.")
        return day

    def validate(self, attrs: dict[str, date]) -> dict[str, date]:
        days = attrs["last_day"] - attrs["first_day"]
        if not timedelta() <= days < LONGEST:
            raise serializers.ValidationError(
                {"last_day": f"Give a day from first_day on, at most {LONGEST.days} days in all."}
            )
        return attrs


class ShareSerializer(serializers.Serializer[Any]):
    """Visitors of a group of them; `low` and `high` hold the true share in 95 of 100 reports."""

    hits = serializers.IntegerField()
    of = serializers.IntegerField()
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class DifferenceSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class CampaignReportSerializer(serializers.Serializer[Any]):
    """Visitors who consent to analytics, each counted once; null stands for a number below `smallest_cell`."""

    smallest_cell = serializers.IntegerField(default=SMALLEST_CELL)
    sent = serializers.IntegerField(allow_null=True)
    displayed = ShareSerializer(allow_null=True)
    opened = ShareSerializer(allow_null=True)
    walked_in = ShareSerializer(allow_null=True)
    held_out = serializers.IntegerField(allow_null=True, help_text="The control group.")
    held_out_walked_in = ShareSerializer(allow_null=True)
    effect = DifferenceSerializer(
        allow_null=True, help_text="By how much the message raised the share that walked in, over the control group's."
    )
    suppressed = serializers.DictField(
        child=serializers.IntegerField(), help_text="Visitors by what kept a message from them."
    )


class ZoneReportSerializer(serializers.Serializer[Any]):
    zone_id = serializers.UUIDField()
    visitors = serializers.IntegerField(help_text="Each once a day. Days with fewer than `smallest_cell` are left out.")
    visits = serializers.IntegerField()
    dwell_mean_s = serializers.FloatField()
    dwell_median_s = serializers.FloatField()


class ZoneReportsSerializer(serializers.Serializer[Any]):
    smallest_cell = serializers.IntegerField(default=SMALLEST_CELL)
    zones = ZoneReportSerializer(many=True, help_text="Most visited first; zones with fewer visitors are left out.")


class FlowSerializer(serializers.Serializer[Any]):
    from_zone_id = serializers.UUIDField()
    to_zone_id = serializers.UUIDField()
    visitors = serializers.IntegerField()


class FlowsSerializer(serializers.Serializer[Any]):
    smallest_cell = serializers.IntegerField(default=SMALLEST_CELL)
    flows = FlowSerializer(many=True, help_text="Most walked first; those with fewer visitors are left out.")


class CampaignReport(OperatorView):
    @extend_schema(operation_id="reportCampaign", responses=CampaignReportSerializer)
    def get(self, request: Request, slug: str, campaign_id: UUID) -> Response:
        """Tell what a campaign did: sent, displayed, opened, walked in, against its control group."""
        campaign = selectors.campaign_of(venue_by_slug(slug), campaign_id)
        return Response(CampaignReportSerializer(reports.of_campaign(campaign)).data)


class ZoneReports(OperatorView):
    @extend_schema(operation_id="reportZones", parameters=[PeriodSerializer], responses=ZoneReportsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Tell how zones were visited, and for how long: those of campaigns, and those that the venue's rules measure."""
        venue = venue_by_slug(slug)
        found = reports.of_zones(venue, _period(request, venue))
        return Response(ZoneReportsSerializer({"zones": found}).data)


class Flows(OperatorView):
    @extend_schema(operation_id="reportFlows", parameters=[PeriodSerializer], responses=FlowsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Tell from which zone to which other visitors went within half an hour."""
        venue = venue_by_slug(slug)
        found = reports.flows(venue, _period(request, venue))
        return Response(FlowsSerializer({"flows": found}).data)


def _period(request: Request, venue: Venue) -> Period:
    """Return the days asked for as instants, by the venue's clock. Raises ValidationError."""
    asked = PeriodSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    zone = ZoneInfo(venue.time_zone)
    first, after = asked.validated_data["first_day"], asked.validated_data["last_day"] + timedelta(days=1)
    return Period(datetime.combine(first, time(), zone), datetime.combine(after, time(), zone))
