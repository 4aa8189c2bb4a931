"""Import a map from GeoJSON."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from navigation.management import importing
from venues.errors import MapUnreadable
from venues.services.geojson_files import read_geojson_files


class Command(BaseCommand):
    help = "Import GeoJSON files, such as one a floor from CAD, into a venue's draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        importing.add_arguments(parser, several=True)
        parser.add_argument(
            "--mapping", type=Path,
            help="TOML file that says which properties make which feature (docs/guides/importing.md)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            read = read_geojson_files([Path(path) for path in options["path"]], options["mapping"], options["venue"])
        except MapUnreadable as error:
            raise CommandError(error.detail) from error
        importing.run(self, importing.ReadMap(read.features, read.ignored, read.findings), options)
