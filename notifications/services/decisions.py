"""Decisions: every one is written with its reason, and a reserved one with its message and its outbox rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from notifications import models, selectors
from notifications.core.campaign import Campaign
from notifications.core.deciding import Case, Occasion, Reserved, Rules, Suppressed, decide, order_of
from notifications.core.message import text_in
from notifications.core.templates import render
from notifications.core.zone_features import name_of
from notifications.events import message_queued
from notifications.services import outbox
from venues.core.imdf.labels import label_in
from venues.models import Venue
from venues.selectors import snapshot
from visitors.models import Visitor


def decide_all(
    *,
    visitor: Visitor,
    venue: Venue,
    campaigns: Iterable[Campaign],
    occasions: Iterable[Occasion],
    snapshot_hash: str,
    now: datetime,
) -> list[models.VisitorMessage]:
    """Decide on every campaign that an occasion concerns; return the messages put into the outbox.

    The caller's transaction holds it all. Ties: priority, earliest event time, campaign id.
    """
    candidates = sorted(
        ((campaign, occasion) for occasion in occasions for campaign in campaigns if _concerns(campaign, occasion)),
        key=lambda candidate: order_of(*candidate),
    )
    if not candidates:
        return []
    rules = selectors.rules_of(venue)
    decided = [
        _decide(visitor, venue, campaign, occasion, rules, snapshot_hash, now) for campaign, occasion in candidates
    ]
    messages = [message for message in decided if message is not None]
    if messages:
        transaction.on_commit(lambda: message_queued.send(models.VisitorMessage, messages=messages))
    return messages


def _concerns(campaign: Campaign, occasion: Occasion) -> bool:
    """Return whether the occasion is of the kind that the campaign waits for: all else is not even suppressed."""
    return (
        occasion.zone_id in campaign.zone_ids
        and campaign.trigger.kind is occasion.trigger
        and campaign.trigger.dwell_s == occasion.dwell_s
    )


def _decide(
    visitor: Visitor,
    venue: Venue,
    campaign: Campaign,
    occasion: Occasion,
    rules: Rules,
    snapshot_hash: str,
    now: datetime,
) -> models.VisitorMessage | None:
    case = Case(
        campaign=campaign,
        occasion=occasion,
        recipient=selectors.recipient(visitor, venue, occasion.zone_id),
        history=selectors.history(visitor, campaign.id, occasion.at),
        rules=rules,
        now=now,
    )
    verdict = decide(case)
    decision, is_new = _record(case, verdict)
    if not is_new or not isinstance(verdict, Reserved):
        return None
    return _queue(visitor, venue, case, decision, snapshot_hash)


def _record(case: Case, verdict: Reserved | Suppressed) -> tuple[models.Decision, bool]:
    """Write the decision; return it, and False where its window was used already."""
    is_reserved = isinstance(verdict, Reserved)
    return models.Decision.objects.get_or_create(
        campaign_id=case.campaign.id,
        visitor_id=case.recipient.visitor_id,
        window_key=verdict.window_key,
        defaults={
            "zone_id": case.occasion.zone_id,
            "event_at": case.occasion.at,
            "decided_at": case.now,
            "state": models.DecisionState.RESERVED if is_reserved else models.DecisionState.SUPPRESSED,
            "reason": "" if isinstance(verdict, Reserved) else verdict.reason,
        },
    )


def _queue(
    visitor: Visitor, venue: Venue, case: Case, decision: models.Decision, snapshot_hash: str
) -> models.VisitorMessage:
    """Write the message in the visitor's language, and one delivery for each endpoint that reaches the visitor."""
    language, template = text_in(case.campaign.content, case.recipient.language)
    text = render(template, _values(venue, case.occasion, language, snapshot_hash))
    message = models.VisitorMessage.objects.create(
        decision=decision,
        visitor=visitor,
        seq=_next_seq(visitor),
        language=language,
        title=text.title,
        body=text.body,
        image=text.image,
        link=text.link,
        created_at=case.now,
        expires_at=case.occasion.at + timedelta(seconds=case.campaign.ttl_s),
    )
    outbox.queue(message=message, visitor=visitor, due_at=case.now)
    return message


def _next_seq(visitor: Visitor) -> int:
    """Return the visitor's next message number; the row stays locked until the batch is committed."""
    Visitor.objects.filter(pk=visitor.pk).update(message_seq=F("message_seq") + 1)
    return Visitor.objects.values_list("message_seq", flat=True).get(pk=visitor.pk)


def _values(venue: Venue, occasion: Occasion, language: str, snapshot_hash: str) -> dict[str, str]:
    """Return what the variables of a text stand for. A zone without a name is called by its venue's."""
    venue_name = label_in(venue.name, language) or venue.slug
    return {
        "venue": venue_name,
        "zone": label_in(name_of(snapshot(snapshot_hash), occasion.zone_id), language) or venue_name,
    }
