"""Import a map from OpenStreetMap."""

from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction
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
        parser.add_argument(
            "--level", action="append", default=[], type=_given_level, metavar="OSM_ID=LEVEL",
            help="the level of something whose level the map does not give, such as way/398056943=0; may be repeated",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            elements = read_osm_file(Path(options["path"]))
        except MapUnreadable as error:
            raise CommandError(error.detail) from error
        venue = OsmVenue(options["venue"], options["language"])
        given_levels = dict(options["level"])
        read = read_osm(elements, venue, given_levels=given_levels, assume_doors=options["assume_doors"])
        importing.run(self, importing.ReadMap(read.features, read.ignored, read.findings), options)


def _given_level(text: str) -> tuple[str, str]:
    """Return the parts of `way/398056943=0`. Raises ArgumentTypeError."""
    osm_id, equals, level = text.partition("=")
    if not (equals and level and "/" in osm_id):
        raise ArgumentTypeError(f"{text!r} must name what and where, such as way/398056943=0")
    return osm_id, level
