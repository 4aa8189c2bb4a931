"""What a night does: forget what must not be kept, learn from the rest, and publish what is better on walks that taught nothing."""

from datetime import datetime
from typing import Any

import structlog

from beacons import models, selectors
from beacons.core.learning.judging import Score
from beacons.core.learning.learning import Outcome, Step, learn
from beacons.errors import NotDeployed
from beacons.services import emissions, surveys, tracks
from venues import selectors as venues
from venues.models import Venue

Json = dict[str, Any]

logger = structlog.get_logger()


def learn_by_night(*, now: datetime) -> None:
    """Learn for every venue that has beacons in use."""
    tracks.purge()
    for venue in venues.published_venues():
        try:
            report = learn_for(venue=venue, now=now)
        except NotDeployed:
            continue
        logger.info("learned", venue=venue.slug, **report)


def learn_for(*, venue: Venue, now: datetime, dry_run: bool = False, step: Step = lambda what, strides: None) -> Json:
    """Learn from a venue's surveys and tracks, publish what is better, and return what was compared. Raises NotDeployed."""
    pointer = selectors.current_pointer(venue)
    lawful, in_use = selectors.terrain(pointer.blob_hash), selectors.current_terrain(venue)
    walks = [*surveys.walks(venue), *tracks.walks(venue, pointer.blob_hash)]
    outcome = learn(lawful, in_use, selectors.origin(lawful.ether.deployment.snapshot_hash), walks, step)
    report = _report(outcome)
    version: models.EmissionVersion | None = None
    if outcome.verdict.is_better and outcome.table is not None and not dry_run:
        version = emissions.publish(venue=venue, table=outcome.table, report=report, now=now)
    return report | {"published": version.number if version else None}


def _report(outcome: Outcome) -> Json:
    return {
        "walks_taught": outcome.taught,
        "walks_judged": outcome.judged,
        "surveys_contradicted": [str(walk.id) for walk in outcome.contradicted],
        "before": _score(outcome.before),
        "after": _score(outcome.after),
        "is_better": outcome.verdict.is_better,
        "reason": outcome.verdict.reason,
    }


def _score(score: Score) -> Json:
    return {
        "seconds_surveyed": len(score.error_m),
        "mean_error_m": _rounded(score.mean_error_m),
        "level_hits": {str(level_id): round(rate, 4) for level_id, rate in score.level_rates().items()},
        "seconds_tracked": len(score.misfit_db),
        "mean_misfit_db": _rounded(score.mean_misfit_db),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
