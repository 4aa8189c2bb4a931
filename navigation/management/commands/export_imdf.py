"""Export a published map as an IMDF archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apikit.errors import ApiError
from navigation.management.reporting import print_json
from venues import selectors
from venues.core.imdf.writing import write_archive


class Command(BaseCommand):
    help = "Write the map that visitors see as an IMDF archive, byte for byte the same for the same map."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument("path", help="the zip file to write")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["path"])
        try:
            snapshot = selectors.current_snapshot(selectors.venue_by_slug(options["venue"]))
            path.write_bytes(write_archive(snapshot.features))
        except ApiError as error:
            raise CommandError(error.detail) from error
        except OSError as error:
            raise CommandError(
                f"{path} can't be written: {error.strerror}. Give a file in a folder that exists."
            ) from error
        if options["json"]:
            answer = {"venue": options["venue"], "snapshot": snapshot.content_hash, "path": str(path)}
            print_json(self, answer | {"features": len(snapshot.features)})
        else:
            self.stdout.write(f"{len(snapshot.features)} features written to {path}")
