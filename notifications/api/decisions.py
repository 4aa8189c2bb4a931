"""What was decided about a visitor who reads out a code, for operators."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apikit.api.throttling import Throttle
from notifications.services import explaining
from notifications.services.explaining import Account, Told
from venues.api.operators import OperatorView
from venues.selectors import venue_by_slug


class CodeQuerySerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20, help_text="As the visitor reads it out; case and spaces do not matter.")


class ToldDecisionSerializer(serializers.Serializer[Any]):
    """One decision: `state`, the first failing `reason` where it was suppressed, and a sentence that says it."""

    id = serializers.UUIDField()
    campaign = serializers.CharField()
    campaign_id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    why = serializers.CharField()
    zone = serializers.UUIDField()
    zone_name = serializers.CharField(allow_null=True)
    window_key = serializers.CharField()
    event_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField()
    title = serializers.CharField(allow_null=True)
    displayed_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    deliveries = serializers.ListField(child=serializers.DictField(), help_text="Transport, state and error of each.")


class ToldVisitSerializer(serializers.Serializer[Any]):
    zone = serializers.UUIDField()
    zone_name = serializers.CharField(allow_null=True)
    entered_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True)
    left_because = serializers.CharField(allow_blank=True)
    dwell_s = serializers.FloatField()


class AccountSerializer(serializers.Serializer[Any]):
    """Why a visitor got messages or did not, newest first; where they were; what they have consented to."""

    decisions = ToldDecisionSerializer(many=True)
    visits = ToldVisitSerializer(many=True)
    consent = serializers.ListField(child=serializers.CharField())


class Decisions(OperatorView):
    throttle_classes = (Throttle,)
    throttle_scope = "visitor_code"

    @extend_schema(operation_id="explainDecisions", parameters=[CodeQuerySerializer], responses=AccountSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return what was decided about the visitor who shows this code now, and why."""
        asked = CodeQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        code = asked.validated_data["code"]
        account = explaining.account_by_code(venue=venue_by_slug(slug), code=code, now=timezone.now())
        return Response(AccountSerializer(_account_json(account)).data)


def _account_json(account: Account) -> dict[str, Any]:
    return {
        "decisions": [_decision_json(told) for told in account.decisions],
        "visits": [
            {
                "zone": visit.zone_id,
                "zone_name": name,
                "entered_at": visit.entered_at,
                "left_at": visit.left_at,
                "left_because": visit.left_because,
                "dwell_s": visit.dwell_s,
            }
            for visit, name in account.visits
        ],
        "consent": account.consent,
    }


def _decision_json(told: Told) -> dict[str, Any]:
    row, message = told.row, getattr(told.row, "message", None)
    deliveries = [] if message is None else message.deliveries.all()
    return {
        "id": row.id,
        "campaign": row.campaign.name,
        "campaign_id": row.campaign_id,
        "kind": row.campaign.kind,
        "state": row.state,
        "reason": row.reason or None,
        "why": told.why,
        "zone": row.zone_id,
        "zone_name": told.zone_name,
        "window_key": row.window_key,
        "event_at": row.event_at,
        "decided_at": row.decided_at,
        "title": None if message is None else message.title,
        "displayed_at": None if message is None else message.displayed_at,
        "opened_at": None if message is None else message.opened_at,
        "deliveries": [
            {"transport": delivery.transport, "state": delivery.state, "error": delivery.error}
            for delivery in deliveries
        ],
    }
