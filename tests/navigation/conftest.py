"""The small map with its compiled graph, open to visitors."""

import pytest

from navigation.core.compiling import compile_graph
from navigation.services.graphs import GRAPH
from tests.venues.conftest import NOW, blobs, draft
from venues import models, storage
from venues.services import publishing

__all__ = ["blobs", "draft", "released"]


@pytest.fixture
def released(draft: models.Draft) -> models.Venue:
    """The venue `small`, published with its graph."""
    graph = compile_graph(publishing.freeze(draft=draft)).graph
    publishing.publish(draft=draft, by=None, now=NOW, artefacts={GRAPH: storage.put_blob(graph.to_bytes())})
    return models.Venue.objects.get(slug="small")
