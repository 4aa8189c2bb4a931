"""Import an IMDF archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from navigation.management import importing
from venues.errors import MapUnreadable
from venues.services.imdf_files import read_imdf_file


class Command(BaseCommand):
    help = "Import an IMDF archive, a folder or a zip file, into a venue's draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        importing.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            archive = read_imdf_file(Path(options["path"]))
        except MapUnreadable as error:
            raise CommandError(error.detail) from error
        ignored = {item.what: item.reason for item in archive.ignored}
        importing.run(self, importing.ReadMap(archive.features, ignored, archive.findings), options)
