"""The routes of the API are the shortest: 1,000 pairs of places of the demo district against networkx's Dijkstra."""

import random
from collections.abc import Sequence
from typing import Any

import networkx as nx
import pytest
from django.core.management import call_command

from navigation.core.finding.anchors import Stop
from navigation.core.profiles import FORBIDDEN, PROFILES
from navigation.errors import NoRoute, PointNotWalkable
from navigation.services import graphs, routing
from navigation.services.graphs import Engine
from navigation.services.routing import RouteRequest
from navigation.services.travelling import Travel, finder_for
from navigation.services.waypoints import resolve
from venues import selectors
from venues.models import Venue

ORIGINS, DESTINATIONS = 25, 40
SEED = 20_260_301

_Chosen = tuple[str, Stop]
"""The id of a place and where it meets the graph."""


@pytest.fixture
def district(db: None, blobs: Any) -> Venue:
    """The demo district, as `load_demo` publishes it."""
    call_command("load_demo")
    return selectors.venue_by_slug("msheireb")


@pytest.mark.proof
@pytest.mark.parametrize("profile", ["walk", "wheelchair"])
def test_a_thousand_routes_of_the_district_are_as_short_as_networkx_finds_them(district: Venue, profile: str) -> None:
    engine = graphs.engine_for(selectors.current_publication(district))
    chosen = _reachable_places(engine, random.Random(SEED), ORIGINS + DESTINATIONS)
    _assert_agreement(district, profile, chosen[:ORIGINS], chosen[ORIGINS:])


@pytest.mark.parametrize("profile", PROFILES)
def test_all_routes_of_a_small_map_are_as_short_as_networkx_finds_them(released: Venue, profile: str) -> None:
    engine = graphs.engine_for(selectors.current_publication(released))
    every = _reachable_places(engine, random.Random(SEED), len(selectors.places(engine.snapshot.content_hash)))
    _assert_agreement(released, profile, every, every)


def _assert_agreement(venue: Venue, profile: str, origins: Sequence[_Chosen], destinations: Sequence[_Chosen]) -> None:
    engine = graphs.engine_for(selectors.current_publication(venue))
    model = _model(engine, profile, [stop for _, stop in origins], [stop for _, stop in destinations])
    for i, (origin, _) in enumerate(origins):
        truth_ms = nx.single_source_dijkstra_path_length(model, ("origin", i), weight="ms")
        for j, (destination, _) in enumerate(destinations):
            assert _answered_ms(venue, origin, destination, profile) == truth_ms.get(("destination", j))


def _reachable_places(engine: Engine, chance: random.Random, count: int) -> list[_Chosen]:
    """Return that many places that have a floor, and where each meets the graph."""
    places = list(selectors.places(engine.snapshot.content_hash))
    chance.shuffle(places)
    found: list[_Chosen] = []
    for place in places:
        try:
            found.append((str(place.id), resolve(engine, {"place": str(place.id)}, "place")))
        except PointNotWalkable:
            continue
        if len(found) == count:
            return found
    raise AssertionError(f"the district has only {len(found)} places that can be reached")


def _answered_ms(venue: Venue, origin: str, destination: str, profile: str) -> int | None:
    request = RouteRequest({"place": origin}, {"place": destination}, travel=Travel(profile))
    try:
        [route] = routing.routes(venue, request).routes
    except NoRoute:
        return None
    return round(route.duration_s * 1000)


def _model(engine: Engine, profile: str, origins: Sequence[Stop], destinations: Sequence[Stop]) -> "nx.DiGraph[Any]":
    """Return the graph in networkx, with a node for each stop, joined as the API joins it."""
    finder = finder_for(engine, Travel(profile))
    costs_ms = PROFILES[profile].costs_ms(engine.graph).tolist()
    model: nx.DiGraph[Any] = nx.DiGraph()
    for tail, head, edge in engine.graph.to_networkx().edges(keys=True):
        if costs_ms[edge] != FORBIDDEN:
            _join(model, tail, head, costs_ms[edge])
    for i, stop in enumerate(origins):
        for seed in finder.seeds(stop):
            _join(model, ("origin", i), seed.node, seed.cost_ms)
    for j, stop in enumerate(destinations):
        for seed in finder.seeds(stop):
            _join(model, seed.node, ("destination", j), seed.cost_ms)
    for i, start in enumerate(origins):
        for j, end in enumerate(destinations):
            for length_m in _sights_m(engine, start, end):
                _join(model, ("origin", i), ("destination", j), finder.pace.walk_ms(length_m))
    return model


def _sights_m(engine: Engine, start: Stop, end: Stop) -> list[float]:
    snaps = [(a.snap, b.snap) for a in start for b in end if a.snap and b.snap]
    return [m for a, b in snaps if (m := engine.snapper.direct_m(a, b)) is not None]


def _join(model: "nx.DiGraph[Any]", a: object, b: object, ms: int) -> None:
    if not model.has_edge(a, b) or model.edges[a, b]["ms"] > ms:
        model.add_edge(a, b, ms=ms)
