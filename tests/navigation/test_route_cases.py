"""Routes over real maps of OpenStreetMap take the ways that they should, and are as long as they should be."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from navigation.services import routing
from navigation.services.routing import RouteRequest
from venues import selectors
from venues.core.imdf.features import FeatureType

MAPS = Path(__file__).parents[3] / "shared" / "data" / "osm"
CASES: list[dict[str, Any]] = json.loads((MAPS / "route_cases.json").read_text()) if MAPS.is_dir() else []

pytestmark = [pytest.mark.recordings, pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["test"])
def test_a_route_over_a_real_map_takes_the_ways_that_it_should(case: dict[str, Any]):
    call_command("import_osm", str(MAPS / case["extract"]), "--venue", "case", "--publish", stdout=StringIO())
    origin, dest = ({"lng": case[end][1], "lat": case[end][0], "level": 0} for end in ("origin", "dest"))
    answer = routing.routes(selectors.venue_by_slug("case"), RouteRequest(origin, dest))
    [route] = answer.routes
    snapshot = answer.engine.snapshot
    features = [snapshot.by_id[id_] for step in route.steps for id_ in step.feature_ids]
    walked = [f.properties["dalil:osm"] for f in features if f.feature_type is FeatureType.RELATIONSHIP]
    expected = list(dict.fromkeys(f"way/{way_id}" for way_id in case["way_ids"] if way_id))

    assert list(dict.fromkeys(walked)) == expected
    assert route.length_m == pytest.approx(case["distance_m"], rel=0.1)
