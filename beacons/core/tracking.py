"""Following visitors over the map: the filter's belief from second to second, by what their phones heard.

Where a visitor begins, every cell about the strongest beacons is tried; later a little doubt stays with those next to them,
which grows into the belief where the rest of it contradicts what is heard.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from beacons.core import filter as bayes
from beacons.core.cells import NOWHERE, Ints
from beacons.core.deployment import Deployment
from beacons.core.evidence import Moved, Spot
from beacons.core.filter import Belief
from beacons.core.hearing import THRESHOLD_DBM, Offset, Scan
from beacons.core.sighting import Sighting
from beacons.core.states import LAG_S
from beacons.core.summary import middle, summarised
from beacons.core.terrain import Terrain
from beacons.core.walking import Stride
from geo.position import LevelPoint, Position, PositionStatus, Posterior

# What is heard within it is one scan; a walker goes little more than a cell in it.
SCAN = timedelta(seconds=1)
# The strongest of a scan; of the others it is only said that they were no stronger.
BEACONS_USED = 32
# A cold start tries what is within reach of the strongest beacons.
STRONGEST, REACH_M = 3, 35.0
# What is kept for having been wrong all along, at every scan.
DOUBT = 0.002
# Longer than that unheard, a visitor may be anywhere.
FORGOTTEN = timedelta(seconds=30)
# Whoever heard beacons so lately is with them, whatever a satellite fix or a code says. Our assumption.
HEARING = timedelta(seconds=5)
# A satellite fix or a code is worth as many beacons.
OK_ACCURACY_M, OK_LEVEL_PROBABILITY, OK_BEACONS = 10.0, 0.7, 2


@dataclass(frozen=True, eq=False)
class Track:
    """What is believed of a visitor at an instant, since when, how many beacons stand behind it, and when one was heard last."""

    belief: Belief
    at: datetime
    beacons: int
    since: datetime
    heard_at: datetime | None


@dataclass(frozen=True, eq=False)
class Observed:
    """What came of one visitor, in whatever order: sightings, places told otherwise, and how their phone says they moved."""

    sightings: Sequence[Sighting] = ()
    spots: Sequence[Spot] = ()
    moved: Sequence[Moved] = ()


def follow(
    terrain: Terrain,
    track: Track | None,
    sightings: Iterable[Sighting],
    *,
    spots: Sequence[Spot] = (),
    moved: Sequence[Moved] = (),
) -> Track | None:
    """Return the track after this; None before a known beacon was heard, or a place was told, on the map.

    What was heard before the track's own instant came too late and is left out.
    """
    return follow_all(terrain, [track], [Observed(tuple(sightings), spots, moved)])[0]


def follow_all(terrain: Terrain, tracks: Sequence[Track | None], observed: Sequence[Observed]) -> list[Track | None]:
    """Return the tracks of many visitors after what was observed of each, computed side by side."""
    followed = [
        _Followed(track, _events(terrain.ether.deployment, track.at if track else None, one), one.moved)
        for track, one in zip(tracks, observed, strict=True)
    ]
    while active := [one for one in followed if one.events]:
        _advanced(terrain, active)
    return [one.track for one in followed]


def point(terrain: Terrain, track: Track) -> LevelPoint:
    """Return the point of the position at the track's instant."""
    x_m, y_m, level = middle(track.belief)
    return LevelPoint(x_m, y_m, terrain.cells.level_ids[level])


def position(terrain: Terrain, track: Track) -> Position:
    """Return the position at the track's instant."""
    return _position(terrain, track, 0)


def smoothed(terrain: Terrain, track: Track) -> Position | None:
    """Return where the visitor was LAG_S seconds before the track's instant, by all that was heard since; None before that.

    For what need not be at once: events, zones, analytics. It errs a third less than the live position.
    """
    return _position(terrain, track, LAG_S) if track.at - track.since >= timedelta(seconds=LAG_S) else None


def warm_up(terrain: Terrain) -> None:
    """Compile the kernels and lay out what the terrain is asked for."""
    deployment = terrain.ether.deployment
    if not len(deployment):
        return
    heard = [(0, float(deployment.measured_power_dbm[0]) - 20.0)]
    begun = _Followed(
        None, [(datetime.fromtimestamp(second, UTC), _scan({i: [dbm] for i, dbm in heard})) for second in (0, 1)]
    )
    while begun.events:
        _advanced(terrain, [begun])


Strengths = Mapping[int, Sequence[float]]
Event = tuple[datetime, Scan | Spot]


@dataclass(eq=False)
class _Followed:
    """A visitor while they are followed: the events yet to come, the first of them first."""

    track: Track | None
    events: list[Event]
    moved: Sequence[Moved] = field(default=())

    def stride_to(self, at: datetime) -> Stride:
        assert self.track is not None
        before = self.track.at
        seconds = min((at - before).total_seconds(), FORGOTTEN.total_seconds())
        instants = min(int(at.timestamp()) - int(before.timestamp()), LAG_S)
        told = next((one for one in self.moved if one.since <= before and at <= one.until + SCAN), None)
        if told is None or told.until <= told.since:
            return Stride(seconds, instants)
        share = seconds / (told.until - told.since).total_seconds()
        pace_mps = None if told.walked_m is None else told.walked_m / (told.until - told.since).total_seconds()
        climbed_m = None if told.climbed_m is None else told.climbed_m
        return Stride(seconds, instants, pace_mps, (told.turned_deg or 0.0) * share, climbed_m)


def _events(deployment: Deployment, after: datetime | None, observed: Observed) -> list[Event]:
    """Return the scans and spots after an instant, in the order of their times."""
    events: list[Event] = [(at, _scan(heard)) for at, heard in _scans(deployment, after, observed.sightings)]
    if observed.spots:
        events += [(one.at, one) for one in observed.spots if after is None or one.at > after]
        events.sort(key=lambda event: (event[0], isinstance(event[1], Spot)))
    return events


def _scans(
    deployment: Deployment, after: datetime | None, sightings: Iterable[Sighting]
) -> list[tuple[datetime, Strengths]]:
    """Return what was heard of which beacon, second by second up to the newest, each with its newest instant."""
    known: dict[datetime, set[tuple[int, float]]] = {}
    for one in sightings:
        if after is None or one.heard_at > after:
            index = deployment.index_of(one.identity, one.address)
            if index is not None:
                known.setdefault(one.heard_at, set()).add((index, one.rssi_dbm))
    if not known:
        return []
    newest = max(known)
    scans: dict[int, dict[int, list[float]]] = {}
    instants: dict[int, datetime] = {}
    for heard_at in sorted(known):
        ago = (newest - heard_at) // SCAN
        instants[ago] = heard_at
        scan = scans.setdefault(ago, {})
        for index, rssi_dbm in known[heard_at]:
            scan.setdefault(index, []).append(rssi_dbm)
    return [(instants[ago], scans[ago]) for ago in sorted(scans, reverse=True)]


def _scan(heard: Strengths) -> Scan:
    """Return the strongest beacons of a second: of each the mean of the stronger half, since bodies only take away."""
    means = {index: stronger_half(values) for index, values in heard.items()}
    ranked = [index for _, index in sorted((-mean_dbm, index) for index, mean_dbm in means.items())]
    strongest = ranked[:BEACONS_USED]
    return Scan(
        np.array(strongest, np.int32),
        np.array([means[index] for index in strongest]),
        np.array([float(len(heard[index])) for index in strongest]),
        means[strongest[-1]] if len(ranked) > BEACONS_USED else THRESHOLD_DBM,
    )


def stronger_half(values: Sequence[float]) -> float:
    """Return the mean of the stronger half of these strengths."""
    if len(values) == 1:
        return values[0]
    kept = sorted(values, reverse=True)[: (len(values) + 1) // 2]
    return sum(kept) / len(kept)


def _advanced(terrain: Terrain, followed: Sequence[_Followed]) -> None:
    """Take each visitor's next event."""
    walking = [one for one in followed if one.track and one.events[0][0] - one.track.at <= FORGOTTEN]
    for one in followed:
        if one not in walking:
            _begin(terrain, one)
    if not walking:
        return
    events = [one.events.pop(0) for one in walking]
    tracks = [one.track for one in walking if one.track]
    strides = [one.stride_to(at) for one, (at, _) in zip(walking, events, strict=True)]
    before = bayes.later([track.belief for track in tracks], terrain.cells, terrain.ether.ordinal, strides)
    after = _weighed(terrain, before, events, [track.heard_at for track in tracks])
    for one, (at, what), track, belief in zip(walking, events, tracks, after, strict=True):
        if isinstance(what, Scan):
            one.track = Track(belief, at, len(what.index), track.since, at)
        else:
            behind = max(track.beacons, _worth(terrain, what, belief))
            one.track = Track(belief, at, behind, track.since, track.heard_at)


def _weighed(
    terrain: Terrain, before: Sequence[Belief], events: Sequence[Event], heard_at: Sequence[datetime | None]
) -> list[Belief]:
    """Return the beliefs after a scan or a spot of each. `heard_at`: when a beacon was heard last."""
    after = [
        _told(terrain, belief, what, is_hearing=last is not None and at - last <= HEARING)
        if isinstance(what, Spot)
        else _doubted(terrain, belief, what)
        for belief, (at, what), last in zip(before, events, heard_at, strict=True)
    ]
    scans = [(number, what) for number, (_, what) in enumerate(events) if isinstance(what, Scan)]
    if scans:
        numbers, heard = zip(*scans, strict=True)
        found = bayes.heard([after[number] for number in numbers], terrain.cells, terrain.ether, heard)
        for number, belief in zip(numbers, found, strict=True):
            after[number] = belief
    return after


def _told(terrain: Terrain, belief: Belief, spot: Spot, *, is_hearing: bool) -> Belief:
    """Return the belief after a spot; where nobody was believed to be about it, the visitor may yet have turned up there."""
    about = spot.cells(terrain.cells)
    if not len(about) or np.isin(belief.cells, about).any():
        return bayes.told(belief, terrain.cells, spot)
    there = bayes.told(bayes.begin(about, terrain.cells, standing=True), terrain.cells, spot)
    return bayes.mixed(belief, there, DOUBT if is_hearing else spot.surprise)


def _worth(terrain: Terrain, spot: Spot, belief: Belief) -> int:
    """Return how many beacons a spot is worth: none where the visitor is believed to be elsewhere all the same."""
    agrees = belief.weight[np.isin(belief.cells, spot.cells(terrain.cells))].sum() > 0.5
    return OK_BEACONS if agrees else 0


def _doubted(terrain: Terrain, belief: Belief, scan: Scan) -> Belief:
    """Return the belief with some doubt: its visitor may just as well stand by one of the beacons that are heard loudest."""
    under = [terrain.under(index) for index in scan.index[:STRONGEST].tolist()]
    elsewhere = np.array([cell for cell in under if cell != NOWHERE], np.int64)
    return bayes.doubted(belief, terrain.cells, elsewhere, DOUBT)


def _begin(terrain: Terrain, one: _Followed) -> None:
    """Begin anew with the next event; what is known of the phone stays."""
    at, what = one.events.pop(0)
    offset = one.track.belief.offset if one.track else Offset()
    if isinstance(what, Spot):
        ids = what.cells(terrain.cells)
        belief = bayes.told(bayes.begin(ids, terrain.cells, offset), terrain.cells, what) if len(ids) else None
    else:
        ids = _about(terrain, what.index[:STRONGEST])
        belief = bayes.found(ids, terrain.cells, terrain.ether, what, offset) if len(ids) else None
    behind, heard_at = (len(what.index), at) if isinstance(what, Scan) else (OK_BEACONS, None)
    one.track = Track(belief, at, behind, at, heard_at) if belief else None


def _about(terrain: Terrain, beacons: Ints) -> Ints:
    """Return the cells within reach of any of the beacons, on levels at most one storey off, ascending."""
    deployment = terrain.ether.deployment
    near = [
        terrain.cells.near(float(deployment.x_m[index]), float(deployment.y_m[index]), REACH_M) for index in beacons
    ]
    cells = np.unique(np.concatenate(near))
    ordinals = deployment.level_ordinal[deployment.level[beacons]]
    storeys = np.abs(terrain.ether.ordinal[terrain.cells.level[cells]][:, None] - ordinals).min(axis=1)
    return np.asarray(cells[storeys <= 1], np.int32)


def _position(terrain: Terrain, track: Track, ago_s: int) -> Position:
    belief, level_ids = track.belief, terrain.cells.level_ids
    found = summarised(belief, ago_s=ago_s)
    sure = found.accuracy_m <= OK_ACCURACY_M and found.level_probability >= OK_LEVEL_PROBABILITY
    x_m, y_m, _ = belief.places_m(ago_s)
    return Position(
        point=LevelPoint(found.x_m, found.y_m, level_ids[found.level]),
        accuracy_m=found.accuracy_m,
        accuracy_95_m=found.accuracy_95_m,
        at=track.at - timedelta(seconds=ago_s),
        status=PositionStatus.OK if sure and track.beacons >= OK_BEACONS else PositionStatus.LOW_CONFIDENCE,
        posterior=Posterior(x_m, y_m, belief.level[:, ago_s].astype(np.intp), belief.weight, level_ids),
    )
