"""A picture of the routing graph over one level of the demo district: how docs/images/routing-graph.png is made.

python -m benchmarks.draw_graph [--level ID] FILE
"""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from uuid import UUID

import matplotlib.pyplot as plt
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from benchmarks.compile_district import DEMO
from navigation.core.compiling import compile_graph
from navigation.core.graph import EdgeKind, RoutingGraph
from venues.core.snapshot import Snapshot
from venues.services.imdf_files import read_imdf_file

WIDTHS = {EdgeKind.WALK: 0.7, EdgeKind.DOOR: 2.0}
COLOURS = {EdgeKind.WALK: "#2b6cb0", EdgeKind.DOOR: "#c05621"}


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--level", type=UUID, help="a level's id; else the one with the most units")
    options = parser.parse_args()
    snapshot = Snapshot.from_features(read_imdf_file(DEMO).features)
    level_id = options.level or Counter(unit.level_id for unit in snapshot.units.values()).most_common(1)[0][0]
    figure, axes = plt.subplots(figsize=(10, 10), layout="constrained")
    draw_units(axes, snapshot, level_id)
    draw_edges(axes, compile_graph(snapshot).graph, level_id)
    axes.set_aspect("equal")
    axes.set_axis_off()
    figure.savefig(options.file, dpi=90, bbox_inches="tight")


def draw_units(axes: Axes, snapshot: Snapshot, level_id: UUID) -> None:
    """Draw the outlines of a level's units, filled where one may walk."""
    for unit in snapshot.units.values():
        if unit.level_id == level_id:
            for part in shapely.get_parts(snapshot.shapes_m[unit.id]):
                axes.fill(*np.transpose(part.exterior.coords), facecolor="#f7f3ea", edgecolor="#8a8577", linewidth=0.8)


def draw_edges(axes: Axes, graph: RoutingGraph, level_id: UUID) -> None:
    """Draw the nodes of a level and the edges on it, each kind in its colour."""
    level = graph.level_ids.index(level_id)
    on_level = graph.node_level == level
    places_m = np.column_stack((graph.node_x_m, graph.node_y_m))
    for kind, colour in COLOURS.items():
        chosen = on_level[graph.tail] & on_level[graph.head] & (graph.kind == kind)
        lines = np.stack((places_m[graph.tail[chosen]], places_m[graph.head[chosen]]), axis=1)
        axes.add_collection(
            LineCollection(list(lines), colors=colour, linewidths=WIDTHS[kind], label=kind.name.lower())
        )
    axes.plot(*places_m[on_level].T, ".", color="#1a202c", markersize=3)
    axes.legend(loc="lower right", framealpha=1)


if __name__ == "__main__":
    main()
