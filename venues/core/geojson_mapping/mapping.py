"""The mapping: rules, in TOML, from the properties of GeoJSON features to IMDF's."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from venues.core.imdf.features import FeatureType, Labels

Properties = Mapping[str, Any]
# Matches a property that is there, whatever it says.
ANYTHING = "*"
MAPPABLE = (
    FeatureType.LEVEL, FeatureType.UNIT, FeatureType.OPENING, FeatureType.SECTION, FeatureType.AMENITY,
    FeatureType.KIOSK, FeatureType.FIXTURE, FeatureType.DETAIL,
)  # fmt: skip
MAPPING_KEYS = frozenset({"language", "venue", "building", "feature"})
RULE_KEYS = frozenset({
    "when", "ignore", "feature_type", "level", "category", "name", "occupant", "rest", "assume_door", "properties",
})  # fmt: skip
LOOKUP_KEYS = frozenset({"property", "values", "default"})


class MappingError(ValueError):
    """The text is no mapping; the message says where, what was expected and what came."""


@dataclass(frozen=True)
class Value:
    """What a property of IMDF gets: always the same, or what a property of the GeoJSON says, translated by `values`."""

    constant: Any = None
    from_property: str | None = None
    values: Mapping[str, Any] | None = None

    def of(self, properties: Properties) -> Any:
        """Return the value, None where there is none. Of a list, the last item that `values` knows: the most specific.

        >>> Value(from_property="kind", values={"cafe": "foodservice"}).of({"kind": ["food", "cafe"]})
        'foodservice'
        """
        if self.from_property is None:
            return self.constant
        said = properties.get(self.from_property)
        if self.values is None:
            return self.constant if said in (None, "", []) else said
        known = (self.values[text] for text in reversed(texts_of(said)) if text in self.values)
        return next(known, self.constant)


NOTHING = Value()


@dataclass(frozen=True)
class Rule:
    """What becomes of the features whose properties are as `when` says: of a feature type, or passed over for a reason."""

    when: Mapping[str, frozenset[str]]
    ignore: str | None
    feature_type: FeatureType
    level: Value
    category: Value
    name: Value
    occupant: Value
    rest: str | None
    assume_door: bool
    properties: Mapping[str, Value]

    def takes(self, properties: Properties) -> bool:
        """Return whether every property of `when` has one of its values."""
        return all(_matches(properties.get(name), wanted) for name, wanted in self.when.items())


@dataclass(frozen=True)
class About:
    """The venue, or the one building that the levels are in, as the mapping names it."""

    name: Labels
    category: str


@dataclass(frozen=True)
class GeojsonMapping:
    """`language` is the one that plain names are written in."""

    language: str
    venue: About
    building: About | None
    rules: tuple[Rule, ...]

    def rule_for(self, properties: Properties) -> Rule | None:
        """Return the first rule that takes a feature with these properties."""
        return next((rule for rule in self.rules if rule.takes(properties)), None)


def texts_of(value: Any) -> list[str]:
    """Return how a mapping writes a property's value, or each item of a list.

    >>> texts_of(["a", 1.0]), texts_of(True), texts_of(None)
    (['a', '1'], ['true'], [])
    """
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    if value is None or isinstance(value, dict):
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [f"{value:g}" if isinstance(value, float) else str(value)]


def _matches(value: Any, wanted: frozenset[str]) -> bool:
    texts = texts_of(value)
    return bool(texts) and (ANYTHING in wanted or not wanted.isdisjoint(texts))


def read_mapping(text: str) -> GeojsonMapping:
    """Return the mapping that the TOML text holds. Raises MappingError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"a mapping must be TOML: {error}") from error
    _require_known("the mapping", table, MAPPING_KEYS)
    rules = table.get("feature")
    if not isinstance(rules, list) or not rules:
        raise MappingError("a mapping needs rules: at least one [[feature]]")
    return GeojsonMapping(
        _text("language", table.get("language", "en")),
        _about("venue", table.get("venue", {}), "unspecified"),
        _about("building", table["building"], "unspecified") if "building" in table else None,
        tuple(_rule(number, rule) for number, rule in enumerate(rules, start=1)),
    )


def _about(where: str, table: Any, category: str) -> About:
    if not isinstance(table, dict):
        raise MappingError(f"[{where}] must be a table, got {table!r}")
    _require_known(f"[{where}]", table, frozenset({"name", "category"}))
    name = table.get("name", {})
    if not isinstance(name, dict) or not all(isinstance(text, str) for text in name.values()):
        raise MappingError(f'{where}.name must be labels such as {{ en = "Galleria" }}, got {name!r}')
    return About(name, _text(f"{where}.category", table.get("category", category)))


def _rule(number: int, table: Any) -> Rule:
    where = f"[[feature]] number {number}"
    if not isinstance(table, dict):
        raise MappingError(f"{where} must be a table, got {table!r}")
    _require_known(where, table, RULE_KEYS)
    ignore = table.get("ignore")
    return Rule(
        when=dict(_conditions(where, table.get("when", {}))),
        ignore=None if ignore is None else _text(f"{where}: ignore", ignore),
        feature_type=FeatureType.UNIT if ignore is not None else _feature_type(where, table.get("feature_type")),
        level=_value(f"{where}: level", table.get("level")),
        category=_value(f"{where}: category", table.get("category")),
        name=_value(f"{where}: name", table.get("name")),
        occupant=_value(f"{where}: occupant", table.get("occupant")),
        rest=None if table.get("rest") is None else _text(f"{where}: rest", table["rest"]),
        assume_door=table.get("assume_door") is True,
        properties={name: _value(f"{where}: {name}", value) for name, value in table.get("properties", {}).items()},
    )


def _conditions(where: str, table: Any) -> Iterator[tuple[str, frozenset[str]]]:
    if not isinstance(table, dict):
        raise MappingError(f'{where}: when must be a table such as {{ kind = "shop" }}, got {table!r}')
    for name, wanted in table.items():
        if not texts_of(wanted):
            raise MappingError(f"{where}: when.{name} must be a value or a list of values, got {wanted!r}")
        yield name, frozenset(texts_of(wanted))


def _feature_type(where: str, value: Any) -> FeatureType:
    known = [feature_type.value for feature_type in MAPPABLE]
    if value not in known:
        raise MappingError(f"{where}: feature_type must be one of {', '.join(known)}, got {value!r}")
    return FeatureType(value)


def _value(where: str, value: Any) -> Value:
    if not isinstance(value, dict) or "property" not in value:
        return Value(constant=value)
    _require_known(where, value, LOOKUP_KEYS)
    values = value.get("values")
    if values is not None and not isinstance(values, dict):
        raise MappingError(f"{where}: values must be a table, got {values!r}")
    return Value(value.get("default"), _text(f"{where}: property", value["property"]), values)


def _text(where: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise MappingError(f"{where} must be a text, got {value!r}")
    return value


def _require_known(where: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(table.keys() - known):
        raise MappingError(f"{where} has {unknown[0]!r}; it may have {', '.join(sorted(known))}")
