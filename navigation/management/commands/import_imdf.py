"""Import an IMDF archive."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from navigation.management import importing
from venues.core.imdf.reading import ArchiveError, read_archive


class Command(BaseCommand):
    help = "Import an IMDF archive, a folder or a zip file, into a venue's draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        importing.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            archive = read_archive(options["path"])
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        ignored = {item.what: item.reason for item in archive.ignored}
        importing.run(self, importing.ReadMap(archive.features, ignored, archive.findings), options)
