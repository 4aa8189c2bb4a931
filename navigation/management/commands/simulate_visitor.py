"""Walk a simulated visitor through a venue, against a running server."""

import asyncio
import json
from argparse import ArgumentParser
from math import inf
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from apikit.errors import ApiError
from beacons.selectors import current_deployment
from navigation.services import simulation
from navigation.services.simulation_client import SimulationFailed
from venues import selectors

console = Console(highlight=False)


class Command(BaseCommand):
    help = "Walk a simulated visitor along a route: noisy sightings out; positions, progress and messages in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument(
            "--from", dest="origin", required=True, help="where to start: a place's name or id, or lng,lat,level"
        )
        parser.add_argument(
            "--to", dest="destination", required=True, help="where to go: a place's name or id, or lng,lat,level"
        )
        parser.add_argument("--profile", default="walk")
        parser.add_argument("--language", default="en")
        parser.add_argument("--server", default="http://127.0.0.1:8000", help="address of the running server")
        parser.add_argument("--token", help="walk as this visitor instead of a new one")
        parser.add_argument("--seed", type=int, default=1, help="the same seed hears the same noise")
        parser.add_argument("--speed", type=float, default=1.0, help="times real time")
        parser.add_argument("--duplicate", type=float, default=0.0, help="share of batches sent twice")
        parser.add_argument("--reorder", type=float, default=0.0, help="share of batches sent after the next one")
        parser.add_argument("--json", action="store_true", help="print nothing but a summary, as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        behaviour = simulation.Behaviour(
            **{name: options[name] for name in simulation.Behaviour.__dataclass_fields__ if name in options}
        )
        _refuse(behaviour)
        try:
            venue = selectors.venue_by_slug(options["venue"])
            snapshot = selectors.current_snapshot(venue)
            report = asyncio.run(
                simulation.walk(
                    slug=venue.slug,
                    url=options["server"],
                    behaviour=behaviour,
                    snapshot=snapshot,
                    deployment=current_deployment(venue),
                    tell=_nothing if options["json"] else _print,
                )
            )
        except (SimulationFailed, ApiError) as error:
            raise CommandError(str(error)) from error
        summary = report.summary()
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
        else:
            _print_summary(summary)


def _refuse(behaviour: simulation.Behaviour) -> None:
    """Raise CommandError where nobody can behave so."""
    if not 0 < behaviour.speed < inf:
        raise CommandError("--speed must be a number above 0.")
    if behaviour.seed < 0:
        raise CommandError("--seed must be 0 or more.")
    for name, share in (("duplicate", behaviour.duplicate), ("reorder", behaviour.reorder)):
        if not 0 <= share <= 1:
            raise CommandError(f"--{name} is a share of the batches: give a number from 0 to 1, not {share:g}.")


def _nothing(kind: str, content: dict[str, Any]) -> None:
    """Print nothing on the way."""


def _print(kind: str, content: dict[str, Any]) -> None:
    match kind:
        case "visitor":
            console.print(f"Watch it on the site: {content['follow']}", soft_wrap=True)
        case "route":
            console.print(f"Route: {content['distance_m']:.0f} m, {content['duration_s'] / 60:.1f} min")
        case "position" if content["position"] is not None:
            position = content["position"]
            error = f", {content['error_m']:.1f} m off" if "error_m" in content else ""
            level = position["level"]["ordinal"]
            console.print(f"  {content['sequence']:>4}  level {level:g}  ±{position['accuracy_m']:.1f} m{error}")
        case "progress":
            progress = content["trip"].get("progress")
            if progress:
                console.print(
                    f"        {progress['distance_remaining_m']:.0f} m to go: {progress['instruction']}", style="dim"
                )
        case "rerouted":
            console.print("        a new route", style="yellow")
        case "message":
            message = content["message"]
            console.print(f"        message: {message['title']}: {message['body']}", style="bold green")
        case "error":
            console.print(f"        {content['code']}: {content['detail']}", style="red")


def _print_summary(summary: dict[str, Any]) -> None:
    error = summary["error_m"]
    console.print()
    console.print("Arrived." if summary["arrived"] else "Did not arrive.", style="bold")
    if summary["positions"]:
        console.print(
            f"Position error: mean {error['mean']} m, median {error['median']} m, 90 % under {error['p90']} m"
        )
        console.print(f"Level right: {100 * summary['level_hit']:.1f} % of {summary['positions']} positions")
    console.print(
        f"{summary['batches']} batches, {summary['reroutes']} new routes, {len(summary['messages'])} messages"
    )
