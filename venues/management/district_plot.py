"""A drawing of one level of the demo district, for people who check the plan by eye."""

from pathlib import Path
from uuid import UUID

import matplotlib as mpl
import shapely

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from shapely.plotting import patch_from_polygon

from venues.core.demo_district import District
from venues.core.imdf.features import Unit
from venues.core.snapshot import Snapshot

FOOTPRINT = "#d9d2c5"
COLOURS = {
    "walkway": "#fdfbf5", "road": "#b9b9b9", "vegetation": "#a9cf8f", "lobby": "#ffe9b8", "elevator": "#c0392b",
    "stairs": "#8e5ea2", "steps": "#8e5ea2", "ramp": "#7f8c8d", "escalator": "#e08e3c", "parking": "#cfd8dc",
    "room": "#cfe3f5", "office": "#dbe7cf", "platform": "#f4c7c3", "foodservice": "#f6d7a7", "structure": "#777777",
    "unenclosedarea": "#fff4d6", "opentobelow": "#ffffff", "nonpublic": "#9e9e9e", "storage": "#b0a99f",
}  # fmt: skip
OTHER = "#e3d7ee"
COOLED = "#d7f0f5"
COVERED = "#f0e2c0"
NAMED_FROM_M2 = 600


def draw(district: District, path: Path, ordinal: int) -> None:
    """Write a PNG of every level of the ordinal: units by category, openings as red lines."""
    snapshot = Snapshot.from_features(district.features)
    figure, axes = plt.subplots(figsize=(16, 16), dpi=110)
    if ordinal == 0:
        for footprint_id in snapshot.footprints:
            _fill(axes, snapshot, footprint_id, FOOTPRINT)
    on_ordinal = {level.id for level in snapshot.levels.values() if level.ordinal == ordinal}
    for unit in snapshot.units.values():
        if unit.level_id in on_ordinal:
            _fill(axes, snapshot, unit.id, _colour(unit, outdoor=snapshot.levels[unit.level_id].outdoor))
    for opening in snapshot.openings.values():
        if opening.level_id in on_ordinal:
            axes.plot(*snapshot.shapes_m[opening.id].xy, color="#d62828", linewidth=0.8)
    for section_id in snapshot.sections if ordinal == 0 else ():
        axes.plot(*_polygon(snapshot, section_id).exterior.xy, color="#006d77", linewidth=2, linestyle="--")
    if ordinal == 0:
        _write_names(axes, snapshot)
    axes.set_aspect("equal")
    axes.set_axis_off()
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)


def _fill(axes: Axes, snapshot: Snapshot, feature_id: UUID, colour: str) -> None:
    shape = _polygon(snapshot, feature_id)
    axes.add_patch(patch_from_polygon(shape, facecolor=colour, edgecolor="#6b6b6b", linewidth=0.3))
    west, south, east, north = shape.bounds
    axes.update_datalim([(west, south), (east, north)])
    axes.autoscale_view()


def _polygon(snapshot: Snapshot, feature_id: UUID) -> shapely.Polygon:
    shape = snapshot.shapes_m[feature_id]
    assert isinstance(shape, shapely.Polygon), f"{feature_id} is a {shape.geom_type}"
    return shape


def _colour(unit: Unit, *, outdoor: bool) -> str:
    if outdoor and unit.covered:
        return COOLED if unit.cooled else COVERED
    return COLOURS.get(unit.category, OTHER)


def _write_names(axes: Axes, snapshot: Snapshot) -> None:
    """Write the English names of large outdoor units and of large buildings."""
    named = [
        (footprint.id, footprint.name) for footprint in snapshot.footprints.values() if footprint.category == "ground"
    ]
    named += [(unit.id, unit.name) for unit in snapshot.units.values() if snapshot.levels[unit.level_id].outdoor]
    for feature_id, name in named:
        shape = _polygon(snapshot, feature_id)
        if name and shape.area >= NAMED_FROM_M2:
            point = shape.representative_point()
            axes.text(point.x, point.y, name["en"], fontsize=5, ha="center")
