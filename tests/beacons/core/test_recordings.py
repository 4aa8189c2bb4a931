"""Real recordings, with limits: what the filter reaches on them may not slip."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.positioning import uji
from benchmarks.positioning.uji import Recording

UJI = Path(__file__).parents[4] / "shared" / "data" / "ble" / "uji-library"

pytestmark = [
    pytest.mark.recordings,
    pytest.mark.skipif(not UJI.is_dir(), reason="the recording ../shared/data/ble/uji-library is not here"),
]


def test_single_scans_of_the_library_are_placed_without_training_and_within_their_radii() -> None:
    recording = Recording.read(UJI)
    singles = [[row] for row in range(len(recording.truth_m))]
    fixes = uji.located(recording, *uji.place(recording), singles).fixes
    given = [fix for fix in fixes if fix is not None]
    heard = np.isfinite(recording.scans_dbm).any(axis=1)
    assert [fix is not None for fix in fixes] == heard.tolist(), "no fix for empty scans, one for every other"
    error_m = np.array([fix.error_m for fix in given])
    assert error_m.mean() < 1.95
    assert np.median(error_m) < 1.6
    assert np.percentile(error_m, 90) < 3.7
    assert 0.92 <= np.mean([fix.error_m <= fix.accuracy_95_m for fix in given]) <= 0.98


def test_all_scans_of_a_point_together_are_better_than_each_and_within_their_radii() -> None:
    recording = Recording.read(UJI)
    fixes = uji.located(recording, *uji.place(recording), recording.of_a_point()).fixes
    given = [fix for fix in fixes if fix is not None]
    error_m = np.array([fix.error_m for fix in given])
    assert error_m.mean() < 1.55
    assert np.percentile(error_m, 90) < 3.0
    assert 0.92 <= np.mean([fix.error_m <= fix.accuracy_95_m for fix in given]) <= 0.98
