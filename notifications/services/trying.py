"""Trying a campaign on walks before it starts: who would have got what, when and where, and what was held back for which reason.

The machine and the deciding are those of the real thing; nothing is stored and nothing is sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from geo.position import Position
from notifications import models, selectors
from notifications.core.campaign import Campaign, CampaignState, watched
from notifications.core.circles import called, zone_of_circle
from notifications.core.deciding import Deferred, Recipient, Reserved, Suppressed, Verdict
from notifications.core.rehearsal import Decided, Rehearsal
from notifications.core.sensing import ZoneSet, senses
from notifications.core.visits import Left
from notifications.core.zone_features import name_of, zones_of
from notifications.core.zones import Zone
from notifications.services import fitness
from notifications.services.texts import text_of
from venues.core.imdf.labels import label_in
from venues.core.snapshot import Snapshot
from venues.models import Venue
from venues.selectors import current_snapshot

Json = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Walked:
    """A walk: who walks, under which name, and their positions in the order of their times."""

    name: str
    visitor: Recipient
    positions: Sequence[Position]


@dataclass(frozen=True, eq=False)
class Tried:
    """What came of one walk. `at` and `where` of a decision are those of the fix that led to it."""

    walked: Walked
    rehearsal: Rehearsal
    decided: Sequence[tuple[Decided, Position]]


@dataclass(frozen=True, eq=False)
class Trial:
    """What came of all walks."""

    campaign: models.Campaign
    snapshot: Snapshot
    tried: Sequence[Tried]

    @property
    def zones(self) -> list[Zone]:
        """The zones that the campaign is about, as far as the map has them."""
        circles = self.campaign.drawn
        features = self.campaign.zone_ids - {circle.id for circle in circles}
        drawn = [zone_of_circle(self.snapshot, circle) for circle in circles]
        return [*zones_of(self.snapshot, features), *(zone for zone in drawn if zone is not None)]


def try_campaign(*, campaign: models.Campaign, walks: Sequence[Walked]) -> Trial:
    """Return what the campaign would have done, beside those that run: they count for the same caps."""
    venue, snapshot = campaign.venue, current_snapshot(campaign.venue)
    others = [other for other in selectors.listening(venue).campaigns if other.id != campaign.id]
    return Trial(campaign, snapshot, [_tried(walk, campaign.value(), others, venue, snapshot) for walk in walks])


def _tried(walk: Walked, campaign: Campaign, others: list[Campaign], venue: Venue, snapshot: Snapshot) -> Tried:
    begun_at = walk.positions[0].at
    as_if_running = replace(campaign, state=CampaignState.ACTIVE, active_since=begun_at)
    campaigns = [as_if_running, *others]
    rules = selectors.listening(venue).rules
    watches = watched(campaigns, rules.zone)
    circles = {circle.id: circle for each in campaigns for circle in each.circles}
    zones = ZoneSet.of(snapshot, set(watches) - set(circles), circles.values())
    rehearsal = Rehearsal(campaigns, rules, walk.visitor, watches)
    decided: list[tuple[Decided, Position]] = []
    last = walk.positions[0]
    for position in walk.positions:
        decided += [(each, last) for each in rehearsal.pass_time(position.at)]
        said = senses(zones, position)
        found = rehearsal.take(said, position.at, watermark=position.at, now=position.at)
        decided += [(each, position) for each in found]
        last = position
    return Tried(walk, rehearsal, [*decided, *((each, last) for each in rehearsal.pass_time())])


def as_json(trial: Trial, *, language: str) -> Json:
    """Return the answer of POST .../try: a summary, every walk with what was decided on it, and all of it as GeoJSON."""
    return {
        "campaign": str(trial.campaign.pk),
        "snapshot": trial.snapshot.content_hash,
        "findings": [
            {"code": found.code, "field": found.field, "message": found.message}
            for found in fitness.findings(trial.campaign)
        ],
        "summary": _summary(trial),
        "walks": [_walk_json(trial, tried, language) for tried in trial.tried],
        "geojson": {"type": "FeatureCollection", "features": list(_features(trial))},
    }


def _summary(trial: Trial) -> Json:
    """Return how many messages of the tried campaign there would have been, and how many each reason held back."""
    own = [
        each.verdict for tried in trial.tried for each, _ in tried.decided if each.case.campaign.id == trial.campaign.pk
    ]
    reasons = [verdict.reason.value for verdict in own if isinstance(verdict, Suppressed)]
    return {
        "walks": len(trial.tried),
        "messages": sum(isinstance(verdict, Reserved) for verdict in own),
        "deferred": sum(isinstance(verdict, Deferred) for verdict in own),
        "suppressed": {reason: reasons.count(reason) for reason in sorted(set(reasons))},
    }


def _walk_json(trial: Trial, tried: Tried, language: str) -> Json:
    return {
        "name": tried.walked.name,
        "positions": len(tried.walked.positions),
        "began_at": tried.walked.positions[0].at.isoformat(),
        "ended_at": tried.walked.positions[-1].at.isoformat(),
        "visits": [
            {
                "zone": str(happened.zone_id),
                "zone_name": _zone_name(trial, tried.rehearsal.campaigns, happened.zone_id, language),
                "what": type(happened.event).__name__.lower(),
                "because": happened.event.because.value if isinstance(happened.event, Left) else None,
                "at": happened.event.at.isoformat(),
            }
            for happened in tried.rehearsal.happened
        ],
        "decisions": [_decision_json(trial, each, position, language) for each, position in tried.decided],
    }


def _decision_json(trial: Trial, decided: Decided, position: Position, language: str) -> Json:
    case, verdict = decided.case, decided.verdict
    text_language, text = text_of(case, trial.campaign.venue, trial.snapshot)
    lng, lat = trial.snapshot.frame.to_lng_lat(position.point.x_m, position.point.y_m)
    is_sent = isinstance(verdict, Reserved)
    return {
        "campaign": str(case.campaign.id),
        "campaign_name": case.campaign.name,
        "is_tried": case.campaign.id == trial.campaign.pk,
        "trigger": case.occasion.trigger.value,
        "zone": str(case.occasion.zone_id),
        "zone_name": _zone_name(trial, [case.campaign], case.occasion.zone_id, language),
        "outcome": outcome_of(verdict),
        "reason": verdict.reason.value if isinstance(verdict, Suppressed) else None,
        "deferred_to": verdict.until.isoformat() if isinstance(verdict, Deferred) else None,
        "window_key": verdict.window_key,
        "event_at": case.occasion.at.isoformat(),
        "decided_at": case.now.isoformat(),
        "position": {"lng": lng, "lat": lat, "level": str(position.point.level_id)},
        "message": {"language": text_language, "title": text.title, "body": text.body} if is_sent else None,
    }


def _zone_name(trial: Trial, campaigns: Sequence[Campaign], zone_id: UUID, language: str) -> str | None:
    """Return the name of a zone of these campaigns: the map's, or where a circle lies."""
    circle = next((circle for each in campaigns for circle in each.circles if circle.id == zone_id), None)
    return called(circle) if circle is not None else label_in(name_of(trial.snapshot, zone_id), language)


def outcome_of(verdict: Verdict) -> str:
    """Return what came of a decision, in one word."""
    match verdict:
        case Reserved():
            return "sent"
        case Deferred():
            return "deferred"
        case Suppressed():
            return "suppressed"


def _features(trial: Trial) -> Iterator[Json]:
    """Yield each walk as a line for each level that it stays on, and each decision as a point."""
    for tried in trial.tried:
        for level_id, points in stretches(tried.walked.positions):
            line = [trial.snapshot.frame.to_lng_lat(x_m, y_m) for x_m, y_m in points]
            geometry = {"type": "LineString", "coordinates": line if len(line) > 1 else line * 2}
            properties = {"walk": tried.walked.name, "level": str(level_id)}
            yield {"type": "Feature", "geometry": geometry, "properties": properties}
        for decided, position in tried.decided:
            told = _decision_json(trial, decided, position, "en")
            at = told.pop("position")
            point = {"type": "Point", "coordinates": [at["lng"], at["lat"]]}
            about = told | {"walk": tried.walked.name, "level": at["level"]}
            yield {"type": "Feature", "geometry": point, "properties": about}


def stretches(positions: Sequence[Position]) -> Iterator[tuple[UUID, list[tuple[float, float]]]]:
    """Yield the level and the points in metres of each stretch of a walk on one level."""
    begun: list[tuple[float, float]] = []
    for number, position in enumerate(positions):
        begun.append((position.point.x_m, position.point.y_m))
        is_last = number + 1 == len(positions)
        if is_last or positions[number + 1].point.level_id != position.point.level_id:
            yield position.point.level_id, begun
            begun = []
