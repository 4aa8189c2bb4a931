"""The picture of an outage: what a provider is asked each second, and what waits for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from tests.standins.ledger import Entry

mpl.use("Agg")
from matplotlib import pyplot

COLOURS = {"fcm": "#2b6cb0", "webpush": "#c05621", "refused": "#9b2c2c"}


class Lived(Protocol):
    """What is drawn of a run (benchmarks/outage.py); times are in seconds since the epoch."""

    begin_s: float
    down_s: float
    back_s: float
    per_s: float
    waiting: list[tuple[float, int, int]]

    def of(self, service: str, begin_s: float = ..., end_s: float = ...) -> list[Entry]: ...


def plot_outage(path: Path, run: Lived) -> None:
    """Draw requests a second above and waiting messages below, over the minutes of the run; the outage is grey."""
    figure, (asked, waiting) = pyplot.subplots(2, figsize=(9, 5.5), sharex=True, layout="constrained")
    fcm = run.of("fcm")
    lines = {
        "FCM took": ([each.at_s for each in fcm if each.accepted], COLOURS["fcm"]),
        "FCM failed": ([each.at_s for each in fcm if not each.accepted], COLOURS["refused"]),
        "another's push service took": ([each.at_s for each in run.of("webpush")], COLOURS["webpush"]),
    }
    for label, (at_s, colour) in lines.items():
        _draw_rate(asked, run, at_s, label=label, color=colour)
    asked.axhline(run.per_s, color="0.5", linestyle="--", linewidth=0.8, label="what the bucket lets through")
    minutes = [(at_s - run.begin_s) / 60 for at_s, _, _ in run.waiting]
    waiting.plot(minutes, [phones for _, phones, _ in run.waiting], color=COLOURS["fcm"], label="for phones, by FCM")
    waiting.plot(minutes, [browsers for *_, browsers in run.waiting], color=COLOURS["webpush"], label="for browsers")
    asked.set(ylabel="requests a second")
    waiting.set(ylabel="messages in the outbox", xlabel="minutes")
    for axes in (asked, waiting):
        axes.axvspan(
            (run.down_s - run.begin_s) / 60, (run.back_s - run.begin_s) / 60, color="0.92", label="FCM is down"
        )
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left", fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _draw_rate(axes: Axes, run: Lived, at_s: Sequence[float], *, label: str, color: str) -> None:
    """Draw how many there were in each second."""
    seconds = np.arange(0, run.waiting[-1][0] - run.begin_s + 1)
    counts, _ = np.histogram(np.array(at_s) - run.begin_s, bins=seconds)
    axes.plot(seconds[:-1] / 60, counts, label=label, color=color, linewidth=1.0)
