"""Try a campaign on simulated or recorded walks before it starts."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from apikit.errors import ApiError
from navigation.api.trying import TrialRequestSerializer
from navigation.management.waypoint_arguments import waypoint_of
from navigation.services.walks import walked
from notifications.models import Campaign
from notifications.services import trying
from notifications.services.trying import Trial
from venues.models import Venue
from venues.selectors import venue_by_slug

PLOT_SUFFIXES = (".png", ".svg", ".pdf")


class Command(BaseCommand):
    help = "Tell who would have got what, when and where, and what was held back for which reason. Nothing is sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument("campaign", help="the campaign's id or name")
        parser.add_argument("--from", dest="origin", help="a simulated walk: a feature id, a name, or lng,lat,level")
        parser.add_argument("--to", dest="destination", help="where it ends")
        parser.add_argument("--walks", type=Path, help="recorded walks: a JSON file as the body of POST .../try")
        parser.add_argument("--count", type=int, default=1, help="so many simulated visitors, each hears other noise")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--language", default="en")
        parser.add_argument("--profile", default="walk")
        parser.add_argument("--start-at", help="when the simulated walks begin, such as 2026-11-23T18:30+03:00")
        parser.add_argument("--geojson", type=Path, help="also write walks and decisions as GeoJSON")
        parser.add_argument("--plot", type=Path, help="also draw them on the map: FILE.png, FILE.svg or FILE.pdf")
        parser.add_argument("--json", action="store_true", help="print the answer of POST .../try on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            venue = venue_by_slug(options["venue"])
            trial = _trial(venue, _campaign(venue, options["campaign"]), options)
        except ApiError as error:
            raise CommandError(error.detail) from error
        answer = trying.as_json(trial, language=options["language"])
        if options["geojson"]:
            options["geojson"].write_bytes(orjson.dumps(answer["geojson"]))
        if options["plot"]:
            _plot(trial, options["plot"])
        if options["json"]:
            self.stdout.write(orjson.dumps(answer).decode())
        else:
            _print(answer)


def _trial(venue: Venue, campaign: Campaign, options: dict[str, Any]) -> Trial:
    asked = TrialRequestSerializer(data=_body(venue, options))
    if not asked.is_valid():
        raise CommandError(f"The walks can't be read: {json.dumps(asked.errors)}")
    now = timezone.now()
    walks = [walked(venue, number, given, now) for number, given in enumerate(asked.validated_data["walks"])]
    return trying.try_campaign(campaign=campaign, walks=walks)


def _campaign(venue: Venue, named: str) -> Campaign:
    found = [row for row in Campaign.objects.filter(venue=venue) if str(row.pk) == named or row.name == named]
    if len(found) != 1:
        raise CommandError(f'{len(found)} campaigns of {venue.slug} are called "{named}". Give the id of one.')
    return found[0]


def _body(venue: Venue, options: dict[str, Any]) -> Any:
    """Return the body of POST .../try that the arguments stand for."""
    if options["walks"] is not None:
        try:
            return orjson.loads(options["walks"].read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise CommandError(f"{options['walks']} can't be read: {error}") from error
    if not options["origin"] or not options["destination"]:
        raise CommandError("Give --from and --to for simulated walks, or --walks FILE for recorded ones.")
    walk = {
        "from": waypoint_of(venue, options["origin"], options["language"]),
        "to": waypoint_of(venue, options["destination"], options["language"]),
        "language": options["language"],
        "profile": options["profile"],
        **({"start_at": options["start_at"]} if options["start_at"] else {}),
    }
    return {"walks": [walk | {"seed": options["seed"] + number} for number in range(options["count"])]}


def _plot(trial: Trial, path: Path) -> None:
    """Draw the trial to a file. matplotlib is a tool of whoever looks at maps, and no part of the server."""
    if path.suffix not in PLOT_SUFFIXES:
        raise CommandError(f"--plot writes {', '.join(PLOT_SUFFIXES)}; {path.name} is none of them.")
    try:
        from navigation.management.trial_plot import draw
    except ImportError as error:
        raise CommandError(f"--plot needs {error.name}: pip install matplotlib") from error
    draw(trial, path)


def _print(answer: dict[str, Any]) -> None:
    console = Console(highlight=False)
    for finding in answer["findings"]:
        console.print(f"Not ready to start: {finding['field']}: {finding['message']}", style="yellow")
    table = Table("walk", "event", "decided", "zone", "campaign", "outcome", "message or reason")
    for walk in answer["walks"]:
        for each in walk["decisions"]:
            said = each["message"]["title"] if each["message"] else each["reason"] or each["deferred_to"]
            table.add_row(
                walk["name"],
                each["event_at"][11:19],
                each["decided_at"][11:19],
                each["zone_name"] or each["zone"],
                each["campaign_name"],
                each["outcome"],
                said,
            )
    console.print(table)
    summary = answer["summary"]
    held_back = ", ".join(f"{count} {reason}" for reason, count in summary["suppressed"].items()) or "none"
    console.print(f"{summary['walks']} walks, {summary['messages']} messages; held back: {held_back}")
