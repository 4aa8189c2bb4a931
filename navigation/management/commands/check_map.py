"""Check a venue's draft."""

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
    help = "Check a venue's draft, or its published map where it has no draft, and print every finding."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            venue = selectors.venue_by_slug(options["venue"])
            draft = drafts.open_draft(venue=venue, by=None, now=timezone.now())
            checked = releases.check(draft=draft)
        except ApiError as error:
            raise CommandError(error.detail) from error
        features = selectors.features_of(draft)
        report = MapReport(venue.slug, features, checked.findings, checked.compilation)
        if errors_in(checked.findings):
            refuse(self, report, as_json=options["json"], taken="it can't be published")
        print_report(self, report, as_json=options["json"])
