"""Checking maps, each once: a map that is imported, checked and published by one command is the same map three times."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import orjson

from apikit.services.memory import collector_paused
from venues.core.imdf.features import Feature
from venues.core.validation import Finding, validate


def findings_of(features: Iterable[Feature]) -> tuple[Finding, ...]:
    """Return every finding of the map, errors first. A map that this process has just checked is not checked again."""
    ordered = tuple(sorted(features, key=lambda feature: feature.id))
    return _findings(_Map(_fingerprint(ordered), ordered))


@dataclass(frozen=True)
class _Map:
    """Features that are equal when their fingerprints are."""

    fingerprint: bytes
    features: tuple[Feature, ...] = field(compare=False)


def _fingerprint(ordered: tuple[Feature, ...]) -> bytes:
    records = [(str(each.id), each.feature_type.value, each.geometry, each.properties) for each in ordered]
    return hashlib.sha256(orjson.dumps(records, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).digest()


@lru_cache(maxsize=2)
@collector_paused()
def _findings(map_: _Map) -> tuple[Finding, ...]:
    return tuple(validate(map_.features))
