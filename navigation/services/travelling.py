"""How somebody wants to go, and what finds ways for them on a map."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from navigation.core.finding.anchors import Finder
from navigation.core.preferences import FASTEST_MPS, SLOWEST_MPS, Avoidance, Preference, Wish
from navigation.core.profiles import PROFILES, Profile
from navigation.core.search import Metric
from navigation.core.timing.doors import Doors
from navigation.core.timing.timed_search import Clocked
from navigation.errors import ProfileNotFound
from navigation.services.graphs import Engine
from navigation.services.timetables import Departure

# A finder of a district of 70,000 nodes takes some 7 MB. The profiles are five; the rest is for wishes.
KEPT_FINDERS = 16


@dataclass(frozen=True)
class Travel:
    """How somebody wants to go: the name of a profile, preferences, what they won't take, and how fast they walk if not as it."""

    profile: str = "walk"
    prefer: frozenset[Preference] = frozenset()
    avoid: frozenset[Avoidance] = frozenset()
    speed_mps: float | None = None


def profile_named(name: str) -> Profile:
    """Return the profile of that name. Raises ProfileNotFound."""
    if name not in PROFILES:
        raise ProfileNotFound(f'There is no profile "{name}". There are {", ".join(PROFILES)}.', param="profile")
    return PROFILES[name]


def wish_of(travel: Travel) -> Wish:
    """Return what a search for this kind of travel minimizes. Raises ProfileNotFound."""
    return Wish(profile_named(travel.profile), travel.prefer, travel.avoid, travel.speed_mps)


def finder_for(engine: Engine, travel: Travel, departure: Departure | None = None) -> Finder:
    """Return what finds ways for this kind of travel, at a departure where doors are asked. Raises ProfileNotFound."""
    profile_named(travel.profile)
    if departure is None or departure.timetable.is_empty:
        return _finder(engine, travel)
    finder = _finder_without(engine, travel, departure.timetable.shut.tobytes())
    return replace(finder, doors=Doors(departure.timetable, _clocked(engine, travel), departure.at_ms))


def finder_at_once(engine: Engine, travel: Travel, departure: Departure) -> Finder:
    """Return what finds ways through what is open at the moment of departure, whenever one gets there. Raises ProfileNotFound."""
    profile_named(travel.profile)
    return _finder_without(engine, travel, departure.timetable.closed_at(departure.at_ms).tobytes())


@lru_cache(maxsize=KEPT_FINDERS)
def _finder(engine: Engine, travel: Travel) -> Finder:
    wish = wish_of(travel)
    metric = Metric.of(engine.graph, engine.hierarchy, wish.costs_ms(engine.graph))
    return Finder(engine.graph, engine.snapper, wish.pace, metric, wish.durations_ms(engine.graph))


@lru_cache(maxsize=KEPT_FINDERS)
def _finder_without(engine: Engine, travel: Travel, shut: bytes) -> Finder:
    """Return the finder with some edges closed, by the bytes of their indices: the same ones hour after hour."""
    finder, edges = _finder(engine, travel), np.frombuffer(shut, np.int32)
    return replace(finder, metric=finder.metric.without(edges)) if len(edges) else finder


@lru_cache(maxsize=KEPT_FINDERS)
def _clocked(engine: Engine, travel: Travel) -> Clocked:
    finder = _finder(engine, travel)
    return Clocked(finder.metric, finder.durations_ms)


def profiles_json() -> Mapping[str, Any]:
    """Return the profiles, preferences, avoidances and speeds that a request can name."""
    return {
        "profiles": [
            {"name": name, "description": _first_line(profile), "walk_mps": profile.pace.walk_mps}
            for name, profile in PROFILES.items()
        ],
        "prefer": [preference.value for preference in Preference],
        "avoid": [avoidance.value for avoidance in Avoidance],
        "speed_mps": {"min": SLOWEST_MPS, "max": FASTEST_MPS},
    }


def _first_line(profile: Profile) -> str:
    return (type(profile).__doc__ or "").strip().splitlines()[0]
