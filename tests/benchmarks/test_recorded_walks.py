"""Who is judged by whom on recorded walks, and what is left of them where few beacons hang."""

import numpy as np

from benchmarks.positioning.mall import Walk, _rounds, thinned

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
