"""What a reading leaves behind beside features: what was not used and why, what was found, and what was counted."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from venues.core.osm.elements import OsmId
from venues.core.validation.finding import Finding, warning

# The namespace of every id that is made from OpenStreetMap: chosen once, never to be changed, or ids would.
OSM_NAMESPACE = UUID("7a3c2f60-54c5-5b0e-9d0b-0f6d5a1d6c11")


@dataclass
class Notes:
    """Filled while reading. `venue_key` keeps the ids of two venues apart."""

    venue_key: str
    ignored: dict[OsmId, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    used: set[OsmId] = field(default_factory=set)

    def id_of(self, *parts: object) -> UUID:
        """Return the id that these parts always have in this venue."""
        return uuid5(OSM_NAMESPACE, "/".join([self.venue_key, *map(str, parts)]))

    def level_id(self, ordinal: float) -> UUID:
        """Return the id of the one level of that ordinal."""
        return self.id_of("level", f"{ordinal:g}")

    def use(self, osm_id: OsmId) -> None:
        self.used.add(osm_id)

    def ignore(self, osm_id: OsmId, reason: str) -> None:
        """Note why the element is not on the map; the first reason stands."""
        self.ignored.setdefault(osm_id, reason)

    def warn(
        self, code: str, osm_id: OsmId, text: str, feature_id: UUID | None = None, at: tuple[float, float] | None = None
    ) -> None:
        """Note a fault of the element; the message starts with its OSM id."""
        self.findings.append(warning(code, feature_id, f"{osm_id}: {text}", at))
