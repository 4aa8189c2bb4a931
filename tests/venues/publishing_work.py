"""What `publishing_process` does: publish a small map, each time another one, and check what stands."""

import os
import time
import traceback
from dataclasses import asdict, dataclass
from itertools import count

import orjson
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.utils import timezone

from beacons.models import CurrentDeployment, DeploymentVersion
from navigation.core import search, visibility
from navigation.core.graph import RoutingGraph
from navigation.services import graphs, releases
from tests.venues.journal_laws import map_of, replayed
from tests.venues.small_map import id_of, small_map
from venues import models, selectors, storage
from venues.core.editing import FeaturePatch
from venues.services import drafts, importing

SLUG = "small"
TIMED_RELEASES = 5


@dataclass(frozen=True)
class Report:
    """What stands after a kill. `orphans`: blobs that no row names, written by releases that never ended."""

    number: int
    orphans: int
    wrong: list[str]


def warm_up() -> None:
    """Load the compiled kernels."""
    search.warm_up()
    visibility.warm_up()


def prepare() -> float:
    """Make the tables, import the small map, release it a few times; return the seconds that a release took."""
    call_command("migrate", verbosity=0)
    draft = importing.import_features(slug=SLUG, features=small_map(), time_zone=None, by=None, now=timezone.now())
    _release(draft, "Hall")  # the first one loads what it needs
    started = time.monotonic()
    for turn in range(TIMED_RELEASES):
        _release(draft, f"Hall {turn}")
    release_s = (time.monotonic() - started) / TIMED_RELEASES
    leave_the_database()
    return release_s


def leave_the_database() -> None:
    """Close every connection: none may be used on both sides of a fork."""
    connections.close_all()
    for wrapper in connections.all():
        if isinstance(wrapper, DatabaseWrapper):
            wrapper.close_pool()


def publish_while(parent: int) -> None:
    """Release other maps, one after the other, while the parent lives."""
    draft = models.Draft.objects.get()
    for turn in count():
        if os.getppid() != parent:
            return
        _release(draft, f"Hall {os.getpid()}.{turn}")


def _release(draft: models.Draft, name: str) -> None:
    patch = FeaturePatch(None, False, None, {"name": {"en": name}}, ())
    drafts.change_feature(draft=draft, feature_id=id_of("hall"), patch=patch, by=None, now=timezone.now())
    releases.release(draft=draft, by=None, now=timezone.now())


def check(since: int) -> str:
    """Read all that the venue and its publications after number `since` point to; return a Report as JSON."""
    try:
        _outlive_the_dead()
        report = _report(since)
    except Exception:  # whatever can't be read is what this looks for
        report = Report(since, 0, [traceback.format_exc()])
    return orjson.dumps(asdict(report)).decode()


def _outlive_the_dead() -> None:
    """Wait until no session of a killed process is left: PostgreSQL may still commit what that one had asked for."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.01)


def _report(since: int) -> Report:
    venue = selectors.venue_by_slug(SLUG)
    publications = list(venue.publications.order_by("number"))
    wrong = [
        *_pointer_faults(venue, publications),
        *(fault for each in publications[since:] for fault in _publication_faults(each)),
        *_journal_faults(models.Draft.objects.get()),
    ]
    orphans = len(_blobs() - _named_blobs(publications))
    return Report(publications[-1].number, orphans, wrong)


def _pointer_faults(venue: models.Venue, publications: list[models.Publication]) -> list[str]:
    """The venue points to the newest publication, which can be routed on, and its beacons are on the same map."""
    faults = []
    current, numbers = selectors.current_publication(venue), [each.number for each in publications]
    if numbers != list(range(1, len(numbers) + 1)) or current != publications[-1]:
        faults.append(f"number {current.number} is seen, of {numbers}")
    if id_of("hall") not in graphs.engine_for(current).snapshot.units:
        faults.append("the hall is lost")
    version = CurrentDeployment.objects.select_related("version").get(venue=venue).version
    storage.get_blob(version.blob_hash)
    if version.snapshot_hash != current.snapshot_hash:
        faults.append("the beacons are deployed on another map")
    return faults


def _publication_faults(publication: models.Publication) -> list[str]:
    """Its snapshot and its graph are whole and belong together, and it is written down that it was published."""
    snapshot = selectors.snapshot(publication.snapshot_hash)
    graph = RoutingGraph.from_bytes(storage.get_blob(publication.artefacts[graphs.GRAPH]))
    faults = []
    if graph.snapshot_hash != snapshot.content_hash:
        faults.append(f"{publication} has the graph of another map")
    if [switch.kind for switch in publication.switches.all()] != ["published"]:
        faults.append(f"nobody wrote down who published {publication}")
    return faults


def _journal_faults(draft: models.Draft) -> list[str]:
    revisions = list(draft.journal.order_by("revision").values_list("revision", flat=True))
    if revisions != list(range(1, draft.revision + 1)) or draft.edit_revision != draft.revision:
        return [f"the draft is at revision {draft.revision}, its journal has {revisions}"]
    return [] if replayed(draft, {}) == map_of(draft) else ["the journal does not lead to the draft"]


def _blobs() -> set[str]:
    return {path.name for path in settings.BLOB_ROOT.glob("??/*") if not path.name.startswith(".")}


def _named_blobs(publications: list[models.Publication]) -> set[str]:
    snapshots = {each.snapshot_hash for each in publications}
    return snapshots.union(
        *(each.artefacts.values() for each in publications),
        DeploymentVersion.objects.values_list("blob_hash", flat=True),
    )
