"""Find a route and print its steps."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from apikit.errors import ApiError
from navigation.core.preferences import Avoidance, Preference
from navigation.core.route import Route
from navigation.management.waypoint_arguments import waypoint_of
from navigation.services import routing
from navigation.services.routing import RouteAnswer, RouteRequest
from navigation.services.travelling import Travel
from venues import selectors
from venues.core.imdf.labels import label_in
from venues.models import Venue

PLOT_SUFFIXES = (".png", ".svg", ".pdf")


class Command(BaseCommand):
    help = "Find a route between two places and print its steps."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        for end in ("origin", "destination"):
            parser.add_argument(end, help="a feature id, a name, or lng,lat,level")
        parser.add_argument("--profile", default="walk", help="a name of GET /api/v1/profiles")
        parser.add_argument("--language", default="en", help="language of the instructions: en, ar or fr")
        parser.add_argument("--prefer", action="append", default=[], choices=[word.value for word in Preference])
        parser.add_argument("--avoid", action="append", default=[], choices=[word.value for word in Avoidance])
        parser.add_argument(
            "--depart-at",
            type=_moment,
            default=None,
            help="such as 2026-11-23T18:30+03:00; in the venue's time without offset",
        )
        parser.add_argument(
            "--plot", type=Path, help="also draw the best route on its levels: FILE.png, FILE.svg or FILE.pdf"
        )
        parser.add_argument("--json", action="store_true", help="print the answer of POST .../routes on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            venue = selectors.venue_by_slug(options["venue"])
            answer = routing.routes(venue, _request(venue, options))
        except ApiError as error:
            raise CommandError(error.detail) from error
        if options["plot"]:
            _plot(answer, options["plot"])
        if options["json"]:
            self.stdout.write(orjson.dumps(answer.to_json()).decode())
        else:
            _print(answer, options["language"])


def _plot(answer: RouteAnswer, path: Path) -> None:
    """Draw the best route to a file. matplotlib is a tool of whoever looks at maps, and no part of the server."""
    if path.suffix not in PLOT_SUFFIXES:
        raise CommandError(f"--plot writes {', '.join(PLOT_SUFFIXES)}; {path.name} is none of them.")
    try:
        from navigation.management.route_plot import draw
    except ImportError as error:
        raise CommandError(f"--plot needs {error.name}: pip install matplotlib") from error
    draw(answer.routes[0], answer.engine.snapshot, path)


def _request(venue: Venue, options: dict[str, Any]) -> RouteRequest:
    travel = Travel(
        options["profile"], frozenset(map(Preference, options["prefer"])), frozenset(map(Avoidance, options["avoid"]))
    )
    return RouteRequest(
        origin=waypoint_of(venue, options["origin"], options["language"]),
        destination=waypoint_of(venue, options["destination"], options["language"]),
        travel=travel,
        language=options["language"],
        depart_at=_aware(options["depart_at"], venue),
    )


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date and time, such as 2026-11-23T18:30+03:00") from error


def _aware(moment: datetime | None, venue: Venue) -> datetime:
    if moment is None:
        return timezone.now()
    return moment.replace(tzinfo=ZoneInfo(venue.time_zone)) if moment.tzinfo is None else moment


def _print(answer: RouteAnswer, language: str) -> None:
    console = Console(highlight=False)
    for route in answer.routes:
        console.print(_table(route, answer, language))
        console.print(f"{route.length_m:.0f} m, {route.duration_s / 60:.1f} min with profile {route.profile}")
        for warning in route.warnings:
            console.print(warning)


def _table(route: Route, answer: RouteAnswer, language: str) -> Table:
    levels = answer.engine.snapshot.levels
    table = Table("", "Level", "Maneuver", "Instruction", "Metres", "Seconds")
    for number, step in enumerate(route.steps, start=1):
        level = levels[step.level_id]
        name = label_in(level.short_name, language) or f"{level.ordinal:g}"
        maneuver = " ".join(filter(None, (step.maneuver.type.value, step.maneuver.modifier)))
        table.add_row(str(number), name, maneuver, step.instruction, f"{step.length_m:.1f}", f"{step.duration_s:.1f}")
    return table
