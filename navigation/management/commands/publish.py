"""Publish a venue's draft."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apikit.errors import ApiError
from navigation.management.importing import refuse
from navigation.management.reporting import MapReport, print_report
from navigation.services import releases
from venues import selectors
from venues.core.validation import errors_in
from venues.services import drafts


class Command(BaseCommand):
    help = "Publish a venue's draft: check, snapshot, compile, switch. Where nothing has changed, nothing is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            venue = selectors.venue_by_slug(options["venue"])
            draft = drafts.open_draft(venue=venue, by=None, now=now)
            checked = releases.check(draft=draft)
            features = selectors.features_of(draft)
            if errors_in(checked.findings):
                report = MapReport(venue.slug, features, checked.findings, checked.compilation)
                refuse(self, report, as_json=options["json"], taken="it was not published")
            publication = releases.release(draft=draft, by=None, now=now)
        except ApiError as error:
            raise CommandError(error.detail) from error
        report = MapReport(
            venue.slug, features, checked.findings, checked.compilation, published=publication.snapshot_hash
        )
        print_report(self, report, as_json=options["json"])
