"""One visitor's decisions, one after the other: each sees what the ones before have written."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from notifications.core.campaign import Campaign
from notifications.core.deciding import Case, History, Recipient, Rules, Verdict, decide
from notifications.core.occasions import Occasion, candidates


class Ledger(Protocol):
    """What deciding reads and writes of a visitor: rows of the database, or what a rehearsal remembers."""

    def recipient(self, zone_id: UUID) -> Recipient:
        """Return what a decision about a zone may know of the visitor."""

    def history(self, campaign_id: UUID, at: datetime) -> History:
        """Return what was decided before about the campaign, and the marketing of the day around an instant."""

    def write(self, case: Case, verdict: Verdict) -> None:
        """Write a verdict down. A window that was used meanwhile stays as it is."""


def decide_all(
    *, campaigns: Iterable[Campaign], occasions: Iterable[Occasion], rules: Rules, ledger: Ledger, now: datetime
) -> list[tuple[Case, Verdict]]:
    """Decide on every campaign that an occasion concerns; return the cases and verdicts in the order of deciding."""
    decided = []
    for campaign, occasion in candidates(campaigns, occasions):
        recipient, history = ledger.recipient(occasion.zone_id), ledger.history(campaign.id, occasion.counts_at)
        case = Case(campaign, occasion, recipient, history, rules, now)
        verdict = decide(case)
        ledger.write(case, verdict)
        decided.append((case, verdict))
    return decided
