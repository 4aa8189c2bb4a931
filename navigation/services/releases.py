"""Releasing a map: check, snapshot, compile, publish, deploy the beacons; all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from apikit.services.memory import collector_paused
from beacons.services import checking as beacon_checking
from beacons.services import deployments
from navigation.core.finding.rooms import Rooms
from navigation.core.graph import RoutingGraph
from navigation.core.guiding import sight_table
from navigation.core.guiding.landmarks import Landmarks
from navigation.core.guiding.seeing import sights_of
from navigation.core.overrides import Override
from navigation.core.search.hierarchy import Hierarchy
from navigation.selectors import said_of
from navigation.services.graphs import GRAPH, HIERARCHY, ROOMS, SIGHTS
from notifications.services import fitness
from venues import models, selectors, storage
from venues.core.snapshot import Snapshot, canonical_bytes
from venues.core.validation import Finding, Severity, errors_in
from venues.errors import DraftNotPublishable
from venues.services import checking, publishing

if TYPE_CHECKING:
    from navigation.core.compiling import Compilation


@dataclass(frozen=True, eq=False)
class Check:
    """What is wrong with a draft, and what it compiles to: nothing where it was not compiled, or its map has errors."""

    findings: tuple[Finding, ...]
    compilation: "Compilation | None"


def check(*, draft: models.Draft, connectivity: bool = True) -> Check:
    """Return every finding of a draft, errors first: of its map, of beacons and campaigns over it, of its routing graph.

    Without `connectivity` it is not compiled. A map with errors is checked no further: nothing can be laid over it.
    """
    features = selectors.features_of(draft)
    findings = checking.findings_of(features)
    if errors_in(findings):
        return Check(findings, None)
    snapshot = selectors.snapshot(storage.put_blob(canonical_bytes(features)))
    over_it = _findings_over(draft.venue, snapshot)
    compilation = _compiled(snapshot.content_hash, said_of(draft.venue)) if connectivity else None
    found = [*findings, *over_it, *(compilation.findings if compilation else ())]
    return Check(tuple(sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)), compilation)


def release(*, draft: models.Draft, by: User | None, now: datetime) -> models.Publication:
    """Make the draft the map that visitors see, with its graph and beacons, and return its publication.

    Where nothing has changed since the last one, that one is returned. Raises DraftNotPublishable with every error of the
    map, or of the beacons and running campaigns over it, and DraftChanged where somebody edits it meanwhile.
    """
    snapshot = publishing.freeze(draft=draft)
    if errors := errors_in(_findings_over(draft.venue, snapshot)):
        raise DraftNotPublishable(errors)
    artefacts = _artefacts(snapshot, _compiled(snapshot.content_hash, said_of(draft.venue)).graph)
    with transaction.atomic():
        publication = _current(draft, snapshot.content_hash, artefacts) or publishing.publish(
            draft=draft, by=by, now=now, artefacts=artefacts, snapshot_hash=snapshot.content_hash
        )
        deployments.publish(venue=publication.venue, now=now)
    return publication


def restore(*, venue: models.Venue, number: int, by: User | None, now: datetime) -> models.Publication:
    """Make an earlier publication the map that visitors see again, with the beacons on it, and return it.

    Raises PublicationNotFound, or BlobMissing when something of it is no longer there.
    """
    with transaction.atomic():
        publication = publishing.restore(venue=venue, number=number, by=by, now=now)
        deployments.publish(venue=publication.venue, now=now)
    return publication


def _findings_over(venue: models.Venue, snapshot: Snapshot) -> list[Finding]:
    """Return what is wrong with a map for the beacons that hang in it and the campaigns that run on it."""
    beacons = beacon_checking.findings_over(venue=venue, snapshot=snapshot)
    return [*beacons, *fitness.findings_over(venue=venue, snapshot=snapshot)]


def _artefacts(snapshot: Snapshot, graph: RoutingGraph) -> dict[str, str]:
    """Store what routing needs and return its hashes by kind."""
    sights = sights_of(Landmarks(snapshot), graph, selectors.spatial_index(snapshot.content_hash))
    return {
        GRAPH: storage.put_blob(graph.to_bytes()),
        HIERARCHY: storage.put_blob(Hierarchy.of(graph).to_bytes()),
        ROOMS: storage.put_blob(Rooms.of(graph, snapshot).to_bytes()),
        SIGHTS: storage.put_blob(sight_table.to_bytes(sights)),
    }


def _current(draft: models.Draft, snapshot_hash: str, artefacts: dict[str, str]) -> models.Publication | None:
    """Return the venue's current publication if it is of just this snapshot and these artefacts."""
    current = models.Venue.objects.select_related("current_publication").get(pk=draft.venue_id).current_publication
    same = current is not None and (current.snapshot_hash, current.artefacts) == (snapshot_hash, artefacts)
    return current if same else None


@lru_cache(maxsize=2)
@collector_paused()
def _compiled(snapshot_hash: str, said: tuple[Override, ...]) -> "Compilation":
    """Return what a snapshot compiles to; a map that was just checked is not compiled again to be released."""
    from navigation.core.compiling import compile_graph  # with networkx and SciPy, for which a server has no other use

    return compile_graph(selectors.snapshot(snapshot_hash), said)
