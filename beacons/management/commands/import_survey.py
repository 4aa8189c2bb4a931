"""Keep a surveyor's walk to learn from."""

import json as json_module
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apikit.errors import ApiError
from beacons.errors import SurveyRefused
from beacons.services import surveys
from venues import selectors as venues


class Command(BaseCommand):
    help = "Keep a surveyor's walk, way points and sightings, from a CSV file. One bad row, and nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", type=Path, metavar="PATH", help="the CSV file; docs/guides/learning.md names its columns"
        )
        parser.add_argument("--venue", required=True, metavar="SLUG")
        parser.add_argument("--name", help="what to call it; the file's name where it is missing")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, path: Path, venue: str, name: str | None, json: bool, **options: Any) -> None:
        try:
            text = path.read_text(encoding="utf-8")
            kept = surveys.upload(
                venue=venues.venue_by_slug(venue), name=name or path.stem, text=text, now=timezone.now()
            )
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} can't be read: {error}") from error
        except SurveyRefused as refused:
            for fault in refused.members["faults"]:
                self.stderr.write(f"row {fault['row']}, {fault['column']}: {fault['message']}")
            raise CommandError(refused.detail) from refused
        except ApiError as error:
            raise CommandError(error.detail) from error
        if json:
            report = {"id": str(kept.pk), "way_points": kept.way_points, "sightings": kept.sightings}
            self.stdout.write(json_module.dumps(report))
        else:
            self.stdout.write(f"{kept.name}: {kept.way_points} way points, {kept.sightings} sightings.")
