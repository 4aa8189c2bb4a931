"""`python -m benchmarks.positioning`: a recording that isn't there is said in a sentence."""

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
