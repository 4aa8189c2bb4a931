"""What keeps a campaign from running, all of it: when it is started, changed while it runs, or a map is published under it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications import models, selectors
from notifications.core.campaign import ActivePeriod, CampaignKind, CampaignState, CapKind, TriggerKind
from notifications.core.circles import Circle, Spot, called, zone_of_circle
from notifications.core.links import unknown_places
from notifications.core.map_findings import over_the_map
from notifications.core.templates import Finding, check_content
from notifications.core.zone_features import is_narrower_than, name_of, zone_of
from notifications.core.zones import Zone
from venues.core.snapshot import Snapshot
from venues.core.validation import Finding as MapFinding
from venues.models import Venue
from venues.selectors import current_snapshot

NARROWEST_M = 5.0
"""A narrower zone may not carry enter or exit campaigns: positions are not that good (CAMPAIGNS.md, Zones)."""

CROSSING = (TriggerKind.ENTER, TriggerKind.EXIT)
MOST_PROXIMITY_M = 50.0
"""Farther away a beacon is hardly heard: a zone says better what is meant (our assumption)."""


def findings(campaign: models.Campaign) -> tuple[Finding, ...]:
    """Return everything that keeps the campaign from running, each with its field."""
    snapshot = current_snapshot(campaign.venue)
    return (
        *_trigger_findings(campaign),
        *_period_findings(campaign),
        *_zone_findings(campaign, snapshot),
        *check_content(campaign.texts, selectors.languages_of(campaign.venue)),
        *_link_findings(campaign, snapshot),
        *_promotion_findings(campaign, snapshot),
    )


def findings_at_start(campaign: models.Campaign, *, now: datetime) -> tuple[Finding, ...]:
    """Return everything that keeps the campaign from being started now, each with its field."""
    return (*findings(campaign), *_time_left_findings(campaign, now))


def findings_over(*, venue: Venue, snapshot: Snapshot) -> list[MapFinding]:
    """Return of every zone that campaigns run for why it could not carry them on this map, published or not."""
    running = models.Campaign.objects.filter(venue=venue, state=CampaignState.ACTIVE)
    return [
        over_the_map(campaign.name, zone_id, found)
        for campaign in running
        for zone_id in sorted(campaign.zone_ids)
        if (found := _zone_finding(campaign, snapshot, zone_id)) is not None
    ]


Rule = tuple[Callable[[models.Campaign], bool], Finding]

TRIGGER_RULES: tuple[Rule, ...] = (
    (
        lambda row: row.trigger == TriggerKind.DWELL and row.dwell_s is None,
        Finding("dwell_missing", "dwell_s", "A dwell campaign needs a time inside. Give dwell_s."),
    ),
    (
        lambda row: row.trigger != TriggerKind.DWELL and row.dwell_s is not None,
        Finding("dwell_not_meant", "dwell_s", "Only dwell campaigns have a time inside. Leave dwell_s empty."),
    ),
    (
        lambda row: row.trigger == TriggerKind.SCHEDULE and row.scheduled_at is None,
        Finding("schedule_missing", "scheduled_at", "A schedule campaign needs a time of the day. Give scheduled_at."),
    ),
    (
        lambda row: row.trigger != TriggerKind.SCHEDULE and row.scheduled_at is not None,
        Finding("schedule_not_meant", "scheduled_at", "Only schedule campaigns have a time. Leave scheduled_at empty."),
    ),
    (
        lambda row: row.trigger == TriggerKind.PROXIMITY and not row.circles,
        Finding("circles_missing", "circles", "A proximity campaign needs a circle: its radius is the distance."),
    ),
    (
        lambda row: row.trigger == TriggerKind.PROXIMITY and bool(row.zones),
        Finding("zones_not_meant", "zones", "A proximity campaign is about circles alone. Leave zones empty."),
    ),
    (
        lambda row: row.trigger == TriggerKind.PROXIMITY and any(c["radius_m"] > MOST_PROXIMITY_M for c in row.circles),
        Finding(
            "circle_too_wide",
            "circles",
            "Proximity is {most_m:g} m at most. Use an enter campaign.",
            {"most_m": MOST_PROXIMITY_M},
        ),
    ),
    (
        lambda row: row.trigger != TriggerKind.EXIT and row.on_lost,
        Finding("on_lost_not_meant", "on_lost", "Only exit campaigns count who was lost. Make on_lost false."),
    ),
    (
        lambda row: row.cap != CapKind.ROLLING and row.cap_count != 1,
        Finding("cap_count_not_meant", "cap_count", 'A count other than 1 belongs to the cap "rolling".'),
    ),
    (
        lambda row: row.kind == CampaignKind.SAFETY and row.held_out_share > 0,
        Finding("hold_out_not_meant", "held_out_share", "Nobody is held out from safety messages. Make it 0."),
    ),
)


def _trigger_findings(campaign: models.Campaign) -> list[Finding]:
    return [finding for is_wrong, finding in TRIGGER_RULES if is_wrong(campaign)]


def _period_findings(campaign: models.Campaign) -> Iterator[Finding]:
    if (campaign.hours_start is None) is not (campaign.hours_end is None):
        yield Finding("hours_half_given", "hours_end", "Hours need a start and an end. Give both or neither.")
    if campaign.first_day is not None and campaign.last_day is not None and campaign.last_day < campaign.first_day:
        yield Finding("period_empty", "last_day", "The last day is before the first. No day is left to run.")
    value = campaign.value()
    strikes_at, hours = value.trigger.local_time, value.period.hours
    if strikes_at is not None and hours is not None and not hours.contains(strikes_at):
        sentence = "It strikes at {time:%H:%M}, outside its own hours, so nobody would get it. Change one of them."
        yield Finding("schedule_outside_hours", "scheduled_at", sentence, {"time": strikes_at})


def _time_left_findings(campaign: models.Campaign, now: datetime) -> Iterator[Finding]:
    today, period = now.astimezone(ZoneInfo(campaign.venue.time_zone)).date(), campaign.value().period
    if _has_a_day(period, today):
        return
    if period.last_day is not None and period.last_day < today:
        sentence = "Its last day, {day}, is past. Give a later one."
        yield Finding("period_over", "last_day", sentence, {"day": period.last_day})
    elif period.first_day is None or period.last_day is None or period.first_day <= period.last_day:
        yield Finding("weekdays_outside_period", "weekdays", "No day of its period is one of its weekdays. Change one.")


def _has_a_day(period: ActivePeriod, today: date) -> bool:
    """Return whether a day is left on which the campaign runs: of any week in the period one at least is asked."""
    first = max(today, period.first_day or today)
    days = (first + timedelta(days=number) for number in range(7))
    return any(
        (period.last_day is None or day <= period.last_day)
        and (not period.weekdays or day.weekday() in period.weekdays)
        for day in days
    )


def _zone_findings(campaign: models.Campaign, snapshot: Snapshot) -> list[Finding]:
    if not campaign.zone_ids:
        is_near = campaign.trigger == TriggerKind.PROXIMITY  # then the circles are said to be missing
        return [] if is_near else [Finding("zones_missing", "zones", "The campaign has no zone. Choose at least one.")]
    return [found for zone_id in sorted(campaign.zone_ids) if (found := _zone_finding(campaign, snapshot, zone_id))]


def _zone_finding(campaign: models.Campaign, snapshot: Snapshot, zone_id: UUID) -> Finding | None:
    """Return why a zone can't carry the campaign on this map, None where it can."""
    circle = next((circle for circle in campaign.drawn if circle.id == zone_id), None)
    field = "zones" if circle is None else "circles"
    zone = zone_of(snapshot, zone_id) if circle is None else zone_of_circle(snapshot, circle)
    if zone is None:
        return _missing(zone_id, circle)
    if not _is_on_the_map(zone, snapshot):
        return Finding("zone_off_map", field, "The circle lies outside its level, where nobody is located. Move it.")
    if campaign.trigger in CROSSING:
        name = name_of(snapshot, zone_id).get("en", str(zone_id)) if circle is None else called(circle)
        return _too_narrow(zone, name, field)
    return None


def _is_on_the_map(zone: Zone, snapshot: Snapshot) -> bool:
    """Return whether one of the zone's levels reaches it; a level without a shape may."""
    shapes = (snapshot.shapes_m.get(level_id) for level_id in zone.level_ids)
    return any(shape_m is None or shape_m.intersects(zone.shape_m) for shape_m in shapes)


def _missing(zone_id: UUID, circle: Circle | None) -> Finding:
    if circle is not None and isinstance(circle.centre, Spot):
        sentence = "The map has no level {level:g} to draw the circle on. Give the ordinal of a level of it."
        return Finding("zone_unknown", "circles", sentence, {"level": circle.centre.level})
    if circle is not None:
        sentence = "The map has no anchor {anchor} to draw the circle round. Choose an anchor of it."
        return Finding("zone_unknown", "circles", sentence, {"anchor": circle.centre})
    sentence = "The published map has no area {zone}. Choose a section, geofence, building, level or unit of it."
    return Finding("zone_unknown", "zones", sentence, {"zone": zone_id})


def _too_narrow(zone: Zone, name: str, field: str) -> Finding | None:
    """Return why nobody could tell who enters the zone: its width, or how well visitors are located there."""
    if is_narrower_than(zone, NARROWEST_M):
        sentence = '"{name}" is narrower than {width_m:g} m, too narrow to tell who enters. Choose a wider zone.'
        return Finding("zone_too_narrow", field, sentence, {"name": name, "width_m": NARROWEST_M})
    usual_m = selectors.usual_accuracy_m(zone.id)
    if usual_m is not None and is_narrower_than(zone, usual_m):
        sentence = (
            '"{name}" is narrower than the {width_m:.1f} m that positions there are usually off by, '
            "too narrow to tell who enters. Choose a wider zone."
        )
        return Finding("zone_too_narrow", field, sentence, {"name": name, "width_m": usual_m})
    return None


def _link_findings(campaign: models.Campaign, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the links that lead to places which the map lacks."""
    for language, text in campaign.texts.items():
        for place_id in unknown_places(text.link, snapshot):
            sentence = "The link leads to {place}, which the published map lacks. Link a place of it."
            yield Finding("link_place_unknown", f"content.{language}.link", sentence, {"place": place_id})


def _promotion_findings(campaign: models.Campaign, snapshot: Snapshot) -> Iterator[Finding]:
    if campaign.promoted_id is not None and zone_of(snapshot, campaign.promoted_id) is None:
        sentence = "The published map has no area {zone} to walk into. Choose a unit or another area of it."
        yield Finding("promoted_unknown", "promoted_id", sentence, {"zone": campaign.promoted_id})
