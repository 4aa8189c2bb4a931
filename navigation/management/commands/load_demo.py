"""Load the demo district: its map, beacons and campaign, ready to be walked."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console

from apikit.errors import ApiError
from beacons.services import registry
from navigation.core.compiling import Compilation
from navigation.core.compiling.connectivity import component_count, findings_of
from navigation.management.importing import refuse
from navigation.management.reporting import MapReport, print_report
from navigation.services import graphs, releases
from notifications.services import demo
from venues import models, selectors
from venues.core.imdf.reading import Archive
from venues.core.snapshot import canonical_bytes, content_hash_of
from venues.core.validation import errors_in
from venues.errors import DraftNotPublishable
from venues.services import drafts, importing
from venues.services.imdf_files import read_imdf_file

SLUG = "msheireb"
TIME_ZONE = "Asia/Qatar"
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "venues" / SLUG


class Command(BaseCommand):
    help = "Load the demo district: import, check, publish, compile. Run again, it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        self._console = Console(stderr=True, highlight=False, quiet=options["json"])
        try:
            report = self._load(timezone.now(), as_json=options["json"])
        except ApiError as error:
            raise CommandError(error.detail) from error
        print_report(self, report, as_json=options["json"])

    def _load(self, now: datetime, *, as_json: bool) -> MapReport:
        with self._doing("reading the map"):
            archive = read_imdf_file(FOLDER / "imdf.zip")
        ignored = {item.what: item.reason for item in archive.ignored}
        if errors_in(archive.findings):
            refuse(self, MapReport(SLUG, archive.features, archive.findings, None, ignored), as_json=as_json)
        compilation = _standing(archive) or self._release(archive, now)
        published = compilation.graph.snapshot_hash
        if published == _hash_of(archive):
            with self._doing("starting its campaign"):
                demo.ensure_demo(venue=selectors.venue_by_slug(SLUG), now=now)
        with self._doing("warming up"):
            graphs.warm_up()
        findings = (*archive.findings, *compilation.findings)
        return MapReport(SLUG, archive.features, findings, compilation, ignored, published=published)

    def _release(self, archive: Archive, now: datetime) -> Compilation:
        with self._doing("importing it"):
            draft = _draft(archive, now)
        with self._doing("checking it, compiling its graph"):
            checked = releases.check(draft=draft)
        with self._doing("importing its beacons, publishing"):
            registry.import_csv(venue=draft.venue, text=(FOLDER / "beacons.csv").read_text("utf-8"), now=now)
            releases.release(draft=draft, by=None, now=now)
        if checked.compilation is None:
            raise DraftNotPublishable(errors_in(checked.findings))
        return checked.compilation

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        with self._console.status(f"{what} ..."):
            yield
        self._console.print(f"[green]✓[/] {what}")


def _standing(archive: Archive) -> Compilation | None:
    """Return the graph of what visitors see, where that is the demo map or what a manager made of it.

    None where there is work to do: nothing is published yet, or an older demo.
    """
    venue = models.Venue.objects.select_related("current_publication").filter(slug=SLUG).first()
    if venue is None or venue.current_publication is None:
        return None
    publication = venue.current_publication
    if publication.snapshot_hash != _hash_of(archive) and publication.author_id is None:
        return None
    engine = graphs.engine_for(publication)
    return Compilation(engine.graph, component_count(engine.graph), findings_of(engine.graph, engine.snapshot))


def _hash_of(archive: Archive) -> str:
    return content_hash_of(canonical_bytes(archive.features))


def _draft(archive: Archive, now: datetime) -> models.Draft:
    """Return the draft that holds the demo map; where it holds just that already, nothing is changed."""
    venue = models.Venue.objects.filter(slug=SLUG).first()
    if venue is not None:
        draft = drafts.open_draft(venue=venue, by=None, now=now)
        if canonical_bytes(selectors.features_of(draft)) == canonical_bytes(archive.features):
            return draft
    return importing.import_features(slug=SLUG, features=archive.features, time_zone=TIME_ZONE, by=None, now=now)
