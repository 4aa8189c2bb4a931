"""`python -m benchmarks.positioning`: a recording that isn't there, or isn't one, is said in a sentence; one that heard nothing has no fix."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks.positioning.__main__ import main


@pytest.mark.parametrize("arguments", [["uji", "--data"], ["mall", "--train"]])
@pytest.mark.parametrize("exists", [True, False])
def test_a_recording_that_is_not_there_is_named(
    arguments: list[str], exists: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path if exists else tmp_path / "nowhere"
    monkeypatch.setattr(sys, "argv", ["positioning", *arguments, str(folder), "--json"])
    with pytest.raises(SystemExit, match=str(folder)):
        main()


LIBRARY = {
    "dep.csv": "id,x,y\n1,0,0\n2,6,0\n3,0,6\n",
    "rss.csv": "-60,-70,100\n-71,-62,-80\n",
    "tms.csv": "1,2,0\n5,6,7\n",
    "crd.csv": "1,1\n4,1\n",
    "ids.csv": "12200101\n12200201\n",
    "obs.csv": "id,x,y,type\n1,2,2,1\n1,3,2,1\n1,3,3,1\n",
}


def library(folder: Path, **changes: str) -> Path:
    for name, text in (LIBRARY | {f"{name}.csv": text for name, text in changes.items()}).items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"crd": "1,1\n"}, "rss.csv has 2 scans, crd.csv 1"),
        ({"tms": "1,2,0\n"}, "rss.csv has 2 scans, tms.csv 1"),
        ({"dep": "id,x,y\n1,0,0\n"}, "dep.csv has 1 beacons, a scan of rss.csv 3 columns"),
        ({"rss": "-60,-70\n-71,-62,-80\n"}, "the number of columns changed"),
        ({"rss": "-60,x,100\n-71,-62,-80\n"}, "could not convert"),
    ],
)
def test_a_recording_whose_files_do_not_fit_together_is_refused(
    changes: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["positioning", "uji", "--data", str(library(tmp_path, **changes)), "--json"])
    with pytest.raises(SystemExit, match=f"{tmp_path} can't be read as a recording: {said}"):
        main()


@pytest.mark.parametrize(("rss", "available"), [(LIBRARY["rss.csv"], 1.0), ("100,100,100\n100,100,100\n", 0.0)])
def test_a_scan_that_heard_nothing_has_no_fix(
    rss: str, available: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["positioning", "uji", "--data", str(library(tmp_path, rss=rss)), "--json"])
    main()
    rows = json.loads(capsys.readouterr().out.splitlines()[-1])["results"]
    assert {row["availability"] for row in rows if row["engine"] == "dalil"} == {available}
    assert all(("mean_m" in row) == bool(available) for row in rows if row["engine"] != "goal")
