"""What is said of a series of fixes: errors, level, radii, availability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.position import PositionStatus

# EvAAL's penalty for a wrong level (Potortì et al. 2017): metres for each level.
LEVEL_PENALTY_M = 15.0


@dataclass(frozen=True)
class Fix:
    """One fix against the truth. Radii of 0 where a method gives none.

    `is_fresh`: whether it is of the very instant of the truth. One that stands until the next batch is not: its radii were never
    meant for where the visitor has gone since.
    """

    error_m: float
    levels_off: float = 0.0
    accuracy_m: float = 0.0
    accuracy_95_m: float = 0.0
    status: PositionStatus = PositionStatus.OK
    place_m: tuple[float, float] = (0.0, 0.0)
    is_fresh: bool = True


def figures_of(fixes: Sequence[Fix], due: int, cpu_s: float = 0.0) -> dict[str, float]:
    """Return the figures of a method: `due` is how many fixes there could have been, cpu_s what all of them took.

    Where there are no fixes, there is nothing to say but their availability.
    """
    if not fixes:
        return {"availability": 0.0}
    error_m = np.array([fix.error_m for fix in fixes])
    levels_off = np.array([fix.levels_off for fix in fixes])
    percentiles = dict(
        zip(("median_m", "p75_m", "p90_m", "p95_m"), np.percentile(error_m, (50, 75, 90, 95)), strict=True)
    )
    figures = {
        "mean_m": error_m.mean(),
        **percentiles,
        "rmse_m": np.sqrt((error_m**2).mean()),
        "evaal_m": np.percentile(error_m + LEVEL_PENALTY_M * levels_off, 75),
        "level_hit": (levels_off == 0).mean(),
        "availability": len(fixes) / due,
    }
    if any(fix.accuracy_95_m and fix.is_fresh for fix in fixes):
        fresh = [fix for fix in fixes if fix.is_fresh]
        figures["r68_coverage"] = np.mean([fix.error_m <= fix.accuracy_m for fix in fresh])
        figures["r95_coverage"] = np.mean([fix.error_m <= fix.accuracy_95_m for fix in fresh])
        figures["ok_share"] = np.mean([fix.status is PositionStatus.OK for fix in fixes])
    if cpu_s:
        figures["cpu_us_per_fix"] = 1e6 * cpu_s / len(fixes)
    return {name: round(float(value), 3) for name, value in figures.items()}
