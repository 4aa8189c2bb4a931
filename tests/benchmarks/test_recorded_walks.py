"""Who is judged by whom on recorded walks, and what is left of them where few beacons hang."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.positioning.mall import Walk, _rounds, results, thinned

BEACONS = [("uuid", "1", str(minor), "mac") for minor in range(200)]
WALK = Walk("F1", np.zeros((2, 3)), np.arange(200.0), BEACONS, np.full(200, -80.0))


def test_every_walk_is_judged_once_by_others() -> None:
    walks = [Walk(str(number), *list(vars(WALK).values())[1:]) for number in range(10)]
    rounds = list(_rounds(walks, None))
    assert sorted(walk.floor for _, judged in rounds for walk in judged) == [str(number) for number in range(10)]
    assert all(not {walk.floor for walk in judged} & {walk.floor for walk in teaching} for teaching, judged in rounds)


def test_a_beacon_that_hangs_nowhere_is_heard_nowhere() -> None:
    few, more = thinned(WALK, 0.2), thinned(WALK, 0.5)
    assert 0.1 < len(few.identities) / len(WALK.identities) < 0.3
    assert set(few.identities) <= set(more.identities)
    assert len(few.heard_s) == len(few.rssi_dbm) == len(few.identities)
    assert thinned(WALK, 1.0) is WALK


def test_lines_in_another_order_or_cut_are_the_same_walk(tmp_path: Path) -> None:
    lines = "".join(_lines_of(1, heard=True)).splitlines()
    cut = [
        "5000\tTYPE_BEACON\tuuid\t1",
        "6000\tTYPE_BEACON\tuuid\t1\t2\t-59\t-70x\t1.0\tmac\t6000",
        "7000\tTYPE_WAYPOINT\t3",
    ]
    (tmp_path / "whole.txt").write_text("\n".join(lines))
    (tmp_path / "other.txt").write_text(
        "\r\n".join([*reversed(lines), *cut]).upper().replace("#\tSTARTTIME", "#\tstartTime")
    )
    whole, other = (Walk.read(tmp_path / name, "F1") for name in ("whole.txt", "other.txt"))
    assert len(whole.heard_s) == 19
    assert np.array_equal(whole.way_points, other.way_points)
    assert np.array_equal(whole.heard_s, other.heard_s)
    assert np.array_equal(whole.rssi_dbm, other.rssi_dbm)
    assert whole.identities == other.identities


SQUARE = [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]]


def _lines_of(walk: int, *, heard: bool) -> Iterator[str]:
    yield "#\tstartTime:0\n\n"
    yield "0\tTYPE_WAYPOINT\t1.0\t1.0\n"
    for second in range(1, 20) if heard else ():
        beacon = f"uuid\t1\t{second // 5}\t-59\t{-70 - walk}\t1.0\tmac"
        yield f"{1000 * second}\tTYPE_BEACON\t{beacon}\t{1000 * second}\n"
    yield f"20000\tTYPE_WAYPOINT\t19.0\t{1.0 + walk}\n"


def _floor(folder: Path, *, walks: int = 5, heard: bool = True) -> None:
    (folder / "traces").mkdir(parents=True)
    geometry = {"type": "Polygon", "coordinates": SQUARE}
    (folder / "floor_info.json").write_text(json.dumps({"map_info": {"width": 20.0, "height": 20.0}}))
    (folder / "geojson_map.json").write_text(json.dumps({"features": [{"geometry": geometry}]}))
    for walk in range(walks):
        (folder / "traces" / f"{walk}.txt").write_text("".join(_lines_of(walk, heard=heard)))
    (folder / "traces" / "empty.txt").write_text("")


def test_floors_without_beacons_and_floors_that_nobody_teaches_are_judged_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for floor, heard in (("F1", True), ("F2", False)):
        _floor(tmp_path / "train" / floor, heard=heard)
    for floor in ("F1", "F9"):
        _floor(tmp_path / "test" / floor, walks=1)
    rows = {(row.engine, row.op): row.figures for row in results(tmp_path / "train", tmp_path / "test")}
    assert rows["dalil", "sighting"]["level_hit"] == 0.5, "who walks where nobody teaches is on a wrong level"
    assert "Nobody teaches F9" in capsys.readouterr().err


@pytest.mark.parametrize("heard", [None, False])
def test_folders_that_tell_nothing_are_refused_in_words(tmp_path: Path, heard: bool | None) -> None:
    if heard is not None:
        _floor(tmp_path / "F1", heard=heard)
    with pytest.raises(SystemExit, match=r"No floors in|No walk to judge heard"):
        list(results(tmp_path))


def test_a_floor_without_an_outline_and_walks_without_way_points_are_refused_in_words(tmp_path: Path) -> None:
    _floor(tmp_path / "F1", walks=0)
    with pytest.raises(SystemExit, match="two way points"):
        list(results(tmp_path))
    (tmp_path / "F1" / "traces" / "1.txt").write_text("".join(_lines_of(1, heard=True)))
    (tmp_path / "F1" / "floor_info.json").unlink()
    with pytest.raises(SystemExit, match=r"floor_info\.json"):
        list(results(tmp_path))
