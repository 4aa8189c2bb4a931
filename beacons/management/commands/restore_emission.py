"""Use an earlier emission version again."""

import json as json_module
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apikit.errors import ApiError
from beacons.services import emissions
from venues import selectors as venues


class Command(BaseCommand):
    help = "Locate visitors by an earlier emission version again, or by the law of distances alone. The map stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument("number", type=int, help="the version's number; 0: nothing learned")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, venue: str, number: int, json: bool, **options: Any) -> None:
        try:
            emissions.restore(venue=venues.venue_by_slug(venue), number=number)
        except ApiError as error:
            raise CommandError(error.detail) from error
        if json:
            self.stdout.write(json_module.dumps({"venue": venue, "current": number}))
            return
        self.stdout.write(f"Emission version {number} is in use." if number else "Nothing learned is in use.")
