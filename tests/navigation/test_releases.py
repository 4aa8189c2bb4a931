"""A release publishes the map with its graph and beacons, once."""

import pytest

from beacons.models import CurrentDeployment
from beacons.selectors import current_deployment
from beacons.services import deployments, registry
from navigation.core.graph import RoutingGraph
from navigation.core.search.hierarchy import Hierarchy
from navigation.errors import GraphMissing
from navigation.services import graphs, releases
from tests.navigation.crowd import BEACONS, beacons_csv
from tests.venues.conftest import NOW
from tests.venues.small_map import id_of
from venues import models, storage
from venues.errors import DraftNotPublishable
from venues.services import drafts, publishing


def test_a_release_names_a_graph_that_was_compiled_from_its_snapshot(draft: models.Draft):
    publication = releases.release(draft=draft, by=None, now=NOW)
    graph = RoutingGraph.from_bytes(storage.get_blob(publication.artefacts["graph"]))
    assert graph.snapshot_hash == publication.snapshot_hash
    engine = graphs.engine_for(publication)
    assert engine.graph.to_bytes() == graph.to_bytes()
    assert engine.hierarchy.to_bytes() == Hierarchy.of(graph).to_bytes()


def test_releasing_the_same_map_again_changes_nothing(draft: models.Draft):
    first = releases.release(draft=draft, by=None, now=NOW)
    assert releases.release(draft=draft, by=None, now=NOW) == first
    assert models.Publication.objects.count() == 1


def test_a_changed_map_is_another_publication_with_another_graph(draft: models.Draft):
    first = releases.release(draft=draft, by=None, now=NOW)
    drafts.delete_feature(draft=draft, feature_id=id_of("restroom door"), by=None, now=NOW)
    second = releases.release(draft=draft, by=None, now=NOW)
    assert second.number == first.number + 1
    assert second.artefacts["graph"] != first.artefacts["graph"]


def test_a_map_with_errors_is_not_compiled_and_every_finding_is_told(draft: models.Draft):
    for name in ("venue", "Ground"):
        drafts.delete_feature(draft=draft, feature_id=id_of(name), by=None, now=NOW)
    with pytest.raises(DraftNotPublishable):
        releases.release(draft=draft, by=None, now=NOW)
    checked = releases.check(draft=draft)
    assert checked.compilation is None
    assert len(checked.findings) > 1
    assert not models.Publication.objects.exists()


def test_a_room_that_lost_its_door_is_found(draft: models.Draft):
    drafts.delete_feature(draft=draft, feature_id=id_of("restroom door"), by=None, now=NOW)
    found = {(finding.code, finding.feature_id) for finding in releases.check(draft=draft).findings}
    assert ("unit_unreachable", id_of("restroom")) in found


def test_a_map_published_without_its_graph_says_so(draft: models.Draft):
    publication = publishing.publish(draft=draft, by=None, now=NOW, artefacts={})
    with pytest.raises(GraphMissing):
        graphs.engine_for(publication)


def test_an_earlier_map_is_restored_with_its_beacons_and_nothing_of_it_is_read(
    draft: models.Draft, monkeypatch: pytest.MonkeyPatch
):
    first = releases.release(draft=draft, by=None, now=NOW)
    registry.import_csv(venue=first.venue, text=beacons_csv(), now=NOW)
    version = deployments.publish(venue=first.venue, now=NOW)
    drafts.delete_feature(draft=draft, feature_id=id_of("restroom door"), by=None, now=NOW)
    releases.release(draft=draft, by=None, now=NOW)
    monkeypatch.setattr(storage, "get_blob", None)
    restored = releases.restore(venue=first.venue, number=first.number, by=None, now=NOW)
    assert restored == first
    assert CurrentDeployment.objects.get(venue=first.venue).version == version


def test_a_restored_map_gets_the_beacons_of_today(draft: models.Draft):
    first = releases.release(draft=draft, by=None, now=NOW)
    drafts.delete_feature(draft=draft, feature_id=id_of("restroom door"), by=None, now=NOW)
    releases.release(draft=draft, by=None, now=NOW)
    registry.import_csv(venue=first.venue, text=beacons_csv(), now=NOW)
    releases.restore(venue=first.venue, number=first.number, by=None, now=NOW)
    deployment = current_deployment(first.venue)
    assert (deployment.snapshot_hash, len(deployment)) == (first.snapshot_hash, len(BEACONS))
