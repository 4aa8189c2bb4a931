"""Predict where the deployment of a venue locates visitors, and how well."""

import json as json_module
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from apikit.errors import ApiError
from beacons.services import coverage
from beacons.services.coverage import Prediction
from venues import selectors as venues
from venues.core.imdf.labels import label_in

PLOT_SUFFIXES = (".png", ".svg", ".pdf")


class Command(BaseCommand):
    help = "Predict where the beacons of a venue locate visitors, how well, and where more beacons would help."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument("--proposals", type=int, default=5, metavar="N", help="how many more beacons to propose")
        parser.add_argument("--plot", type=Path, help="also draw the heat map of each level: FILE.png, .svg or .pdf")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, venue: str, proposals: int, plot: Path | None, json: bool, **options: Any) -> None:
        if not 0 <= proposals <= coverage.MOST_PROPOSED:
            raise CommandError(f"--proposals must be from 0 to {coverage.MOST_PROPOSED}, not {proposals}.")
        try:
            prediction = coverage.prediction_for(venues.venue_by_slug(venue))
        except ApiError as error:
            raise CommandError(error.detail) from error
        answer = coverage.as_geojson(prediction, level_id=None, proposals=proposals)
        points = [each for each in answer["features"] if each["properties"]["kind"] == "proposal"]
        if plot:
            _plot(prediction, proposals, plot)
        if json:
            report = {"venue": venue, "snapshot": answer["snapshot"], "levels": answer["levels"], "proposals": points}
            self.stdout.write(json_module.dumps(report))
        else:
            _print(prediction, answer["levels"], points)


def _plot(prediction: Prediction, proposals: int, path: Path) -> None:
    """Draw to a file. matplotlib is a tool of whoever looks at maps, and no part of the server."""
    if path.suffix not in PLOT_SUFFIXES:
        raise CommandError(f"--plot writes {', '.join(PLOT_SUFFIXES)}; {path.name} is none of them.")
    try:
        from beacons.management.coverage_plot import draw
    except ImportError as error:
        raise CommandError(f"--plot needs {error.name}: pip install matplotlib") from error
    draw(prediction, prediction.proposals(proposals), path)


def _print(prediction: Prediction, levels: list[dict[str, Any]], points: list[dict[str, Any]]) -> None:
    console = Console(highlight=False)
    names = {str(level.id): label_in(level.name, "en") or "" for level in prediction.snapshot.levels.values()}
    table = Table("Level", "m2", "Located", "Beacons heard", "RMSE m", "p90 m")
    for each in levels:
        table.add_row(
            names[each["level_id"]],
            f"{each['area_m2']:.0f}",
            f"{each['located_share']:.0%}",
            f"{each['heard_mean']:.1f}",
            *(f"{each[key]:.1f}" if each[key] else "-" for key in ("rmse_mean_m", "rmse_p90_m")),
        )
    console.print(table)
    for point in points:
        about, (lng, lat) = point["properties"], point["geometry"]["coordinates"]
        console.print(
            f"One more at {lng},{lat}, {about['height_m']:g} m above {names[about['level_id']]}: "
            f"{about['rmse_before_m']:.1f} -> {about['rmse_after_m']:.1f} m about it"
        )
