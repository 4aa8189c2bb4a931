"""Learn from surveys and tracks how strongly beacons are heard where."""

import json as json_module
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from apikit.errors import ApiError
from beacons.services import learning
from venues import selectors as venues


class Command(BaseCommand):
    help = "Learn from surveys and visitors' tracks; publish it if it is better on walks that taught nothing of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument("--dry-run", action="store_true", help="compare, and publish nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, venue: str, dry_run: bool, json: bool, **options: Any) -> None:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            try:
                report = learning.learn_for(
                    venue=venues.venue_by_slug(venue), now=timezone.now(), dry_run=dry_run, step=_Steps(progress)
                )
            except ApiError as error:
                raise CommandError(error.detail) from error
        if json:
            self.stdout.write(json_module.dumps({"venue": venue, "dry_run": dry_run, **report}))
        else:
            _print(report, dry_run)


class _Steps:
    """Shows how far along the step is that was begun last."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def __call__(self, what: str, strides: int) -> None:
        if what or self._task is None:
            self._task = self._progress.add_task(what, total=strides)
        else:
            self._progress.advance(self._task, strides)


def _print(report: dict[str, Any], dry_run: bool) -> None:
    console = Console(highlight=False)
    console.print(f"{report['walks_taught']} walks taught, {report['walks_judged']} judged.")
    for survey in report["surveys_contradicted"]:
        console.print(f"Survey {survey} is left out: its way points are where its beacons can't be heard.")
    table = Table("", "in use", "learned")
    for label, key in (("mean error, m", "mean_error_m"), ("misfit of beacons, dB", "mean_misfit_db")):
        table.add_row(label, *(_shown(report[side][key]) for side in ("before", "after")))
    for level_id, rate in report["before"]["level_hits"].items():
        table.add_row(f"level {level_id} found", f"{rate:.1%}", _share(report["after"]["level_hits"].get(level_id)))
    console.print(table)
    what = "Better" if report["is_better"] else "Not published"
    console.print(f"{what}: {report['reason']}.", soft_wrap=True)
    if report["published"]:
        console.print(f"Version {report['published']} is in use.")
    elif dry_run:
        console.print("A dry run: nothing was published.")


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
