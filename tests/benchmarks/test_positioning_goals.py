"""Every bench of positions prints the goals of the issue beside what it reached, as text and as JSON; and its curves."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.positioning import __main__ as bench
from benchmarks.positioning import curves, goals
from benchmarks.reporting import Result

Row = dict[str, float]
GOOD: Row = {
    "mean_m": 1.0, "median_m": 1.0, "p75_m": 1.0, "p90_m": 1.0, "level_hit": 1.0, "availability": 0.99, "r95_coverage": 0.95,
}  # fmt: skip


def goals_of(found: list[Result]) -> dict[str, Row]:
    return {row.op: row.figures for row in found}


def test_a_scenario_is_held_against_its_own_goals() -> None:
    rows = [
        Result("dalil", "live", 1, GOOD | {"mean_m": 1.4}),
        Result("irls+kalman", "live", 1, GOOD | {"mean_m": 2.8}),
    ]
    found = goals_of(list(goals.of_scenario("D50", rows)))
    assert found["live mean_m"] == {"must": 1.5, "stretch": 1.3, "reached": 1.4, "enough": 1.0}
    assert found["live better_than_kalman"]["reached"] == 0.5
    assert found["live r95_coverage"]["enough"] == 1.0
    assert not any(op.startswith("lag") for op in found), "what was not measured is not judged"


def test_fused_scans_have_to_beat_the_centroid_on_the_same_scans() -> None:
    ours = {"single": GOOD | {"availability": 0.9}, "fused": GOOD | {"mean_m": 1.5, "r95_coverage": 0.89}}
    rows = [Result("dalil", op, 1, own) for op, own in ours.items()]
    rows += [Result("centroid", "single", 1, GOOD | {"availability": 0.9}), Result("centroid", "fused", 1, GOOD)]
    found = goals_of(list(goals.of_library("uji", rows)))
    assert found["fused mean_m"] == {"must": 1.0, "reached": 1.5, "enough": 0.0}
    assert found["single availability"] == {"must_from": 0.9, "must_to": 0.9, "reached": 0.9, "enough": 1.0}
    assert found["single p90_m"]["must"] == 3.35
    assert found["fused r95_coverage"]["enough"] == 0.0
    assert not any("learned" in op for op in found)


def test_a_scan_placed_that_hears_nothing_is_a_miss() -> None:
    rows = [Result("dalil", op, 1, GOOD | {"availability": 1.0}) for op in ("single", "fused")]
    rows += [Result("centroid", op, 1, GOOD | {"availability": 0.9}) for op in ("single", "fused")]
    assert goals_of(list(goals.of_library("uji", rows)))["single availability"]["enough"] == 0.0


def test_a_mall_with_few_beacons_has_goals_of_its_own() -> None:
    rows = [Result("dalil", op, 1, GOOD) for op in ("sighting", "carried", "ok_only")]
    every = goals_of(list(goals.of_mall("mall", rows, few_beacons=False)))
    few = goals_of(list(goals.of_mall("mall", rows, few_beacons=True)))
    assert every["sighting mean_m"] == {"must": 8.5, "stretch": 7.0, "reached": 1.0, "enough": 1.0}
    assert "carried availability" in every
    assert few["ok_only availability"] == {"must": 0.2, "reached": 0.99, "enough": 1.0}
    assert "sighting mean_m" not in few
    assert "carried r95_coverage" in set(few) & set(every)


def test_what_traffic_teaches_is_held_against_the_goals_of_a_day_in_the_one_scenario_that_has_them() -> None:
    rows = [Result("dalil", "learned_live", 1, GOOD | {"p75_m": 1.4})]
    found = goals_of(list(goals.of_traffic("D50", 60, rows)))
    assert {op: row["enough"] for op, row in found.items()} == {"learned_live mean_m": 1.0, "learned_live p75_m": 0.0}
    assert not list(goals.of_traffic("D100", 60, rows))


def test_the_cost_of_a_fix_is_held_against_its_goals() -> None:
    rows = [Result("dalil", "scale", beacons, {"times_500": times}) for beacons, times in ((529, 1.0), (50_176, 1.4))]
    rows += [Result("dalil", "batch", visitors, {"cpu_us_per_fix": 480.0}) for visitors in (1, 32)]
    found = goals_of(list(goals.of_cost(rows)))
    assert found["scale 50000 times_500"] == {"must": 1.3, "stretch": 1.1, "reached": 1.4, "enough": 0.0}
    assert found["batch 32 cpu_us_per_fix"] == {"must": 500.0, "stretch": 150.0, "reached": 480.0, "enough": 1.0}


def test_where_nothing_is_sure_the_goal_of_few_beacons_is_missed() -> None:
    rows = [Result("dalil", op, 1, GOOD) for op in ("sighting", "carried")]
    found = goals_of(list(goals.of_mall("mall", rows, few_beacons=True)))
    assert found["ok_only availability"] == {"must": 0.2, "reached": 0.0, "enough": 0.0}


def test_the_bench_of_the_library_prints_its_goals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_library(tmp_path)
    asked = ["positioning", "uji", "--data", str(tmp_path)]
    monkeypatch.setattr("sys.argv", asked)
    bench.main()
    text = capsys.readouterr().out
    assert "must 1.9, stretch 1.75" in text
    monkeypatch.setattr("sys.argv", [*asked, "--learn", str(tmp_path), "--json"])
    bench.main()
    found = {row["op"]: row for row in json.loads(capsys.readouterr().out)["results"] if row["engine"] == "goal"}
    assert {"single mean_m", "single_learned p90_m", "fused median_m", "single r95_coverage"} <= set(found)
    assert found["single availability"]["must_to"] == found["single availability"]["reached"] < 1


def test_the_bench_of_the_mall_prints_its_goals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_floor(tmp_path / "F1")
    for few in ([], ["--keep", "0.5"]):
        monkeypatch.setattr("sys.argv", ["positioning", "mall", "--train", str(tmp_path), "--json", *few])
        bench.main()
        found = {row["op"]: row for row in json.loads(capsys.readouterr().out)["results"] if row["engine"] == "goal"}
        assert ("ok_only availability" in found) == bool(few)
        assert ("sighting level_hit" in found) != bool(few)
        assert "carried r95_coverage" in found


def test_a_curve_tells_every_method_at_every_value_and_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, scenarios = curves.AXES["dead"]
    monkeypatch.setattr(curves, "SECONDS", 20)
    monkeypatch.setattr(curves, "AXES", {"dead": (unit, {value: scenarios[value] for value in (0.0, 0.4)})})
    found = list(curves.results(["dead"], seed=1, walks=1, plots=tmp_path))
    assert {(row.engine, row.figures["value"]) for row in found} == {(e, v) for e in curves.ENGINES for v in (0.0, 0.4)}
    assert all(row.figures["walks"] == 1 and row.figures["mean_m"] > 0 for row in found)
    assert (tmp_path / "curve-dead.png").stat().st_size > 0


def test_curves_span_what_they_have_to() -> None:
    spans = {axis: (min(values), max(values)) for axis, (_, values) in curves.AXES.items()}
    assert spans["density"][0] <= 30
    assert spans["density"][1] >= 200
    assert {axis: spans[axis] for axis in ("dead", "offset", "batch", "loss")} == {
        "dead": (0.0, 0.4), "offset": (-8.0, 8.0), "batch": (1.0, 5.0), "loss": (0.0, 0.6),
    }  # fmt: skip


def _write_library(folder: Path) -> None:
    """Write a recording of nine beacons about a shelf: two scans at each of nine points, and one that hears nothing."""
    beacons_m = np.array([(4.0 * i, 4.0 * j) for i in range(3) for j in range(3)])
    points_m = np.array([(2.5 * i + 1, 2.5 * j + 1) for i in range(3) for j in range(3)])
    truth_m = np.repeat(points_m, 2, axis=0)
    distance_m = np.linalg.norm(truth_m[:, None] - beacons_m, axis=2)
    noise_db = np.random.default_rng(1).normal(0, 3, distance_m.shape)
    scans_dbm = np.round(-62 - 22 * np.log10(np.hypot(distance_m, 1.5)) + noise_db)
    scans_dbm[0] = 100
    ids = [f"1{scan % 2:02}{scan // 2:03}" for scan in range(len(truth_m))]
    np.savetxt(folder / "rss.csv", scans_dbm, delimiter=",")
    np.savetxt(folder / "crd.csv", truth_m, delimiter=",")
    (folder / "ids.csv").write_text("\n".join(ids))
    (folder / "dep.csv").write_text("x,y\n" + "\n".join(f"{x},{y}" for x, y in beacons_m))
    obstacles = [("1", 0, (3.0, 2.0)), ("2", 1, (6.0, 6.0))]
    corners = [
        (kind, one, x + dx, y + dy) for kind, one, (x, y) in obstacles for dx, dy in ((0, 0), (0.4, 0), (0.4, 0.4))
    ]
    (folder / "obs.csv").write_text("type,id,x,y\n" + "\n".join(",".join(map(str, corner)) for corner in corners))


def _write_floor(folder: Path) -> None:
    """Write a floor of 30 m by 10 m with six beacons, and eight walks along it."""
    ring = [(0, 0), (30, 0), (30, 10), (0, 10), (0, 0)]
    shape = {"type": "Polygon", "coordinates": [ring]}
    (folder / "traces").mkdir(parents=True)
    (folder / "floor_info.json").write_text(json.dumps({"map_info": {"width": 30, "height": 10}}))
    (folder / "geojson_map.json").write_text(json.dumps({"features": [{"geometry": shape}]}))
    rng = np.random.default_rng(2)
    for walk in range(8):
        y_m = 2.0 + 6 * rng.random()
        lines = [f"0\tTYPE_WAYPOINT\t1\t{y_m}", f"28000\tTYPE_WAYPOINT\t29\t{y_m}"]
        for second in range(29):
            for beacon in range(6):
                distance_m = np.hypot(1 + second - 5 * beacon, y_m - 5) + 0.5
                dbm = round(-60 - 22 * np.log10(distance_m) + rng.normal(0, 3))
                lines.append(f"{1000 * second}\tTYPE_BEACON\tuuid\t1\t{beacon}\t-59\t{dbm}\t1\tmac{beacon}")
        (folder / "traces" / f"{walk}.txt").write_text("\n".join(lines))
