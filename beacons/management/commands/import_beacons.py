"""Import a CSV of beacons and put it into use."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apikit.errors import ApiError
from beacons.errors import ImportRefused
from beacons.services import checking, deployments, registry
from venues import selectors as venues


class Command(BaseCommand):
    help = "Create or update the beacons of a venue from a CSV file. One bad row, and nothing is imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="the CSV file; docs/guides name its columns")
        parser.add_argument("--venue", required=True, metavar="SLUG")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, path: Path, venue: str, json: bool, **options: Any) -> None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} can't be read: {error}") from error
        try:
            report = self._import(venue, text)
        except ImportRefused as refused:
            self._list_faults(refused, as_json=json)
            raise CommandError(refused.detail) from refused
        except ApiError as error:
            raise CommandError(error.detail) from error
        self._report(report, as_json=json)

    def _import(self, slug: str, text: str) -> dict[str, Any]:
        venue = venues.venue_by_slug(slug)
        imported = registry.import_csv(venue=venue, text=text, now=timezone.now())
        version = deployments.publish_if_published(venue=venue, now=timezone.now())
        findings = checking.findings_over(venue=venue, snapshot=venues.current_snapshot(venue)) if version else []
        return {
            "venue": slug,
            "created": imported.created,
            "updated": imported.updated,
            "unchanged": imported.unchanged,
            "deployment": version.blob_hash if version else None,
            "findings": [finding.as_json() for finding in findings],
        }

    def _report(self, report: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(_line(report))
            return
        for finding in report["findings"]:
            self.stdout.write(f"{finding['severity']} {finding['code']}: {finding['message']}")
        self.stdout.write(f"{report['created']} created, {report['updated']} updated.")

    def _list_faults(self, refused: ImportRefused, *, as_json: bool) -> None:
        faults = refused.members["faults"]
        if as_json:
            self.stdout.write(_line({"error": refused.code, "detail": refused.detail, "faults": faults}))
            return
        for fault in faults:
            self.stderr.write(f"row {fault['row']}, {fault['column']}: {fault['message']}")


def _line(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False)
