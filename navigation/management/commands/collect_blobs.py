"""Delete blobs that nothing names."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from navigation.management.reporting import print_json
from navigation.services import blobs
from venues import storage


class Command(BaseCommand):
    help = "Delete the blobs that no publication, deployment or draft names and nobody has put for a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and delete nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        if not storage.is_folder():
            raise CommandError("Blobs are collected in a folder only: the blobs of STORAGES are kept elsewhere.")
        collected = blobs.collect(now=timezone.now(), dry_run=options["dry_run"])
        if options["json"]:
            print_json(self, {"dry_run": options["dry_run"], **asdict(collected)})
            return
        what = "would be deleted" if options["dry_run"] else "deleted"
        self.stdout.write(f"{collected.files} files of {collected.size_bytes / 1e6:.1f} MB {what}.")
