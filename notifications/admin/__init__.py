"""Django's admin for managers, until the console comes."""

from notifications.admin.campaigns import CampaignAdmin
from notifications.admin.record import DecisionAdmin, VenueRulesAdmin

__all__ = ["CampaignAdmin", "DecisionAdmin", "VenueRulesAdmin"]
