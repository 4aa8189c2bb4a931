"""Decisions: every one is written with its reason, and a reserved one with its message and its outbox rows."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from notifications import models, selectors
from notifications.core.campaign import TriggerKind
from notifications.core.deciding import Case, Deferred, History, Recipient, Reserved, Suppressed, Verdict
from notifications.core.ledger import decide_all as decide_each
from notifications.core.occasions import Occasion
from notifications.events import message_queued
from notifications.selectors import Listening
from notifications.services import outbox
from notifications.services.texts import text_of
from venues.models import Venue
from venues.selectors import snapshot
from visitors.models import Visitor

# Decided again in one sweep; the next comes seconds later.
DEFERRED_A_SWEEP = 200


def decide_all(
    *,
    visitor: Visitor,
    venue: Venue,
    listens: Listening,
    occasions: Sequence[Occasion],
    snapshot_hash: str,
    now: datetime,
) -> list[models.VisitorMessage]:
    """Decide on every campaign that an occasion concerns; return the messages put into the outbox.

    The caller's transaction holds it all. Whoever decides about a visitor waits for the one before: caps count each other.
    """
    if not occasions:
        return []
    Visitor.objects.select_for_update().get(pk=visitor.pk)
    rows = _Rows(visitor, venue, snapshot_hash)
    decide_each(campaigns=listens.campaigns, occasions=occasions, rules=listens.rules, ledger=rows, now=now)
    return _told(rows.messages)


def decide_deferred(*, now: datetime) -> int:
    """Decide again on what quiet hours have put off until now; return how many it was."""
    due = models.Decision.objects.filter(state=models.DecisionState.DEFERRED, counts_at__lte=now)
    waiting = due.order_by("-campaign__priority", "event_at", "campaign_id").values_list("pk", flat=True)
    return sum(_decide_again(key, now) for key in list(waiting[:DEFERRED_A_SWEEP]))


@transaction.atomic
def _decide_again(decision_id: UUID, now: datetime) -> bool:
    """Decide on a deferred one; return False where another has done it meanwhile."""
    row = models.Decision.objects.select_related("campaign__venue__current_publication").get(pk=decision_id)
    visitor = Visitor.objects.select_for_update().get(pk=row.visitor_id)
    claimed = models.Decision.objects.filter(pk=row.pk, state=models.DecisionState.DEFERRED)
    publication = row.campaign.venue.current_publication
    if not claimed.exists() or publication is None:
        return False
    occasion, venue = _occasion_from(row), row.campaign.venue
    claimed.delete()  # what is decided now takes its place
    rows = _Rows(visitor, venue, publication.snapshot_hash, decision_id=row.pk)
    decide_each(
        campaigns=[row.campaign.value()],
        occasions=[occasion],
        rules=selectors.listening(venue).rules,
        ledger=rows,
        now=now,
    )
    _told(rows.messages)
    return True


def _told(messages: list[models.VisitorMessage]) -> list[models.VisitorMessage]:
    """Wake workers for messages once they are committed; return them."""
    if messages:
        transaction.on_commit(lambda: message_queued.send(models.VisitorMessage, messages=messages))
    return messages


class _Rows:
    """The ledger of a visitor in the database. `messages` are those that it has put into the outbox."""

    def __init__(self, visitor: Visitor, venue: Venue, snapshot_hash: str, decision_id: UUID | None = None) -> None:
        self.messages: list[models.VisitorMessage] = []
        self._visitor, self._venue, self._snapshot_hash = visitor, venue, snapshot_hash
        self._more = {} if decision_id is None else {"id": decision_id}

    def recipient(self, zone_id: UUID) -> Recipient:
        return selectors.recipient(self._visitor, self._venue, zone_id)

    def history(self, campaign_id: UUID, at: datetime) -> History:
        return selectors.history(self._visitor, campaign_id, at)

    def write(self, case: Case, verdict: Verdict) -> None:
        decision, is_new = self._record(case, verdict)
        if is_new and isinstance(verdict, Reserved):
            self.messages.append(self._queued(case, decision))

    def _record(self, case: Case, verdict: Verdict) -> tuple[models.Decision, bool]:
        """Write the decision; return it, and False where its window was used already."""
        occasion = case.occasion
        return models.Decision.objects.get_or_create(
            campaign_id=case.campaign.id,
            visitor_id=self._visitor.pk,
            window_key=verdict.window_key,
            defaults={
                "zone_id": occasion.zone_id,
                "visit_id": occasion.visit_id,
                "event_at": occasion.at,
                "counts_at": verdict.until if isinstance(verdict, Deferred) else occasion.counts_at,
                "occasion": _occasion_json(occasion) if isinstance(verdict, Deferred) else None,
                "decided_at": case.now,
                "state": _STATES[type(verdict)],
                "reason": verdict.reason if isinstance(verdict, Suppressed) else "",
                **self._more,
            },
        )

    def _queued(self, case: Case, decision: models.Decision) -> models.VisitorMessage:
        """Write the message in the visitor's language, and one delivery for each endpoint that reaches the visitor."""
        language, text = text_of(case, self._venue, snapshot(self._snapshot_hash))
        message = models.VisitorMessage.objects.create(
            decision=decision,
            visitor=self._visitor,
            seq=_next_seq(self._visitor),
            language=language,
            title=text.title,
            body=text.body,
            image=text.image,
            link=text.link,
            created_at=case.now,
            expires_at=case.occasion.at + timedelta(seconds=case.campaign.ttl_s),
        )
        outbox.queue(message=message, visitor=self._visitor, due_at=case.now)
        return message


_STATES = {
    Reserved: models.DecisionState.RESERVED,
    Suppressed: models.DecisionState.SUPPRESSED,
    Deferred: models.DecisionState.DEFERRED,
}


def _next_seq(visitor: Visitor) -> int:
    """Return the visitor's next message number; the row stays locked until the batch is committed."""
    Visitor.objects.filter(pk=visitor.pk).update(message_seq=F("message_seq") + 1)
    return Visitor.objects.values_list("message_seq", flat=True).get(pk=visitor.pk)


def _occasion_json(occasion: Occasion) -> dict[str, Any]:
    """Return what the row itself does not hold of an occasion."""
    return {
        "trigger": occasion.trigger.value,
        "noticed_at": occasion.noticed_at.isoformat(),
        "watermark": occasion.watermark.isoformat(),
        "dwell_s": occasion.dwell_s,
        "local_time": None if occasion.local_time is None else occasion.local_time.isoformat(),
        "is_lost": occasion.is_lost,
    }


def _occasion_from(row: models.Decision) -> Occasion:
    """Return the occasion of a deferred decision."""
    kept: dict[str, Any] = row.occasion or {}
    return Occasion(
        zone_id=row.zone_id,
        visit_id=row.visit_id,
        trigger=TriggerKind(kept["trigger"]),
        at=row.event_at,
        noticed_at=datetime.fromisoformat(kept["noticed_at"]),
        watermark=datetime.fromisoformat(kept["watermark"]),
        dwell_s=kept["dwell_s"],
        local_time=None if kept["local_time"] is None else time.fromisoformat(kept["local_time"]),
        is_lost=kept["is_lost"],
        deferred_to=row.counts_at,
    )
