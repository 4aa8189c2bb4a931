"""Export the routing graph of a published map for other programs."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import networkx as nx
from django.core.management.base import BaseCommand, CommandError

from apikit.errors import ApiError
from navigation.core.interchange import to_portable
from navigation.management.reporting import print_json
from navigation.services import graphs
from venues import selectors


def _write_node_link(model: "nx.MultiDiGraph[int]", path: Path) -> None:
    path.write_text(json.dumps(nx.node_link_data(model, edges="edges"), ensure_ascii=False, separators=(",", ":")))


WRITERS: Mapping[str, Callable[["nx.MultiDiGraph[int]", Path], None]] = {
    ".graphml": nx.write_graphml_xml,
    ".json": _write_node_link,
}


class Command(BaseCommand):
    help = "Write the routing graph of the map that visitors see as GraphML or as networkx's node-link JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("venue", help="the venue's slug, such as msheireb")
        parser.add_argument("path", help="the file to write; its suffix says how: .graphml or .json")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["path"])
        write = WRITERS.get(path.suffix)
        if write is None:
            raise CommandError(f'"{path.name}" ends in neither {" nor ".join(WRITERS)}. Name the file for its format.')
        try:
            engine = graphs.engine_for(selectors.current_publication(selectors.venue_by_slug(options["venue"])))
            write(to_portable(engine.graph, engine.snapshot.frame), path)
        except ApiError as error:
            raise CommandError(error.detail) from error
        except OSError as error:
            raise CommandError(
                f"{path} can't be written: {error.strerror}. Give a file in a folder that exists."
            ) from error
        nodes, edges = engine.graph.node_count, engine.graph.edge_count
        if options["json"]:
            answer = {"venue": options["venue"], "snapshot": engine.snapshot.content_hash, "path": str(path)}
            print_json(self, answer | {"nodes": nodes, "edges": edges})
        else:
            self.stdout.write(f"{nodes} nodes and {edges} edges written to {path}")
