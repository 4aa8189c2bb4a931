"""Import a map from OpenStreetMap."""

from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from navigation.management import importing
from venues.core.osm.reading import OsmVenue, read_osm
from venues.errors import MapUnreadable
from venues.services.osm_files import read_osm_file


class Command(BaseCommand):
    help = "Import an .osm or .osm.pbf file (Simple Indoor Tagging, footways, squares) into a venue's draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        importing.add_arguments(parser)
        parser.add_argument("--language", default="en", help="the language that plain names are written in")
        parser.add_argument(
            "--assume-doors", action=BooleanOptionalAction, default=True,
            help="give rooms for visitors that have no door on the map one to their walkway; each is reported",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            elements = read_osm_file(Path(options["path"]))
        except MapUnreadable as error:
            raise CommandError(error.detail) from error
        venue = OsmVenue(options["venue"], options["language"])
        read = read_osm(elements, venue, assume_doors=options["assume_doors"])
        importing.run(self, importing.ReadMap(read.features, read.ignored, read.findings), options)
