"""Campaigns, visits of zones, decisions, messages and the outbox. The database is the record; all else is a hint."""

from notifications.models.campaigns import Campaign, VenueRules
from notifications.models.decisions import MEANT_STATES, Decision, DecisionState
from notifications.models.deliveries import OPEN_DELIVERY_STATES, Delivery, DeliveryState, ProviderGate
from notifications.models.messages import VisitorMessage
from notifications.models.visits import ZoneVisit

__all__ = [
    "MEANT_STATES",
    "OPEN_DELIVERY_STATES",
    "Campaign",
    "Decision",
    "DecisionState",
    "Delivery",
    "DeliveryState",
    "ProviderGate",
    "VenueRules",
    "VisitorMessage",
    "ZoneVisit",
]
