"""docs/guides/findings.md explains every finding that the code can make, and no other."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.beacons import broken_registries
from tests.venues import broken_maps
from venues.core.validation.references import REFERENCES

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guides" / "findings.md"
FOLDERS = ("venues/core", "navigation/core/compiling", "beacons/core", "notifications/core")
SHOWN = [*broken_maps.FAULTS, *broken_maps.GRAPH_FAULTS, *broken_registries.FAULTS]
# What makes a finding: the function's name, at which argument its code stands, and its severities.
MAKERS = {
    "error": (0, {"error"}),
    "warning": (0, {"warning"}),
    "warn": (0, {"warning"}),
    "severity": (0, {"error", "warning"}),
    "_dangling": (1, {"error"}),
}
ROW = re.compile(
    r"^\| `(?P<code>[a-z_]+)` \| (?P<severity>[a-z, ]+) \| (?P<meaning>.+) \| (?P<remedy>.+) \|$", re.MULTILINE
)


def made() -> dict[str, set[str]]:
    """Return the severities of every code that the code names."""
    codes: dict[str, set[str]] = defaultdict(set)
    for _, _, _, code in REFERENCES:
        codes[code].add("error")
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for code, severities in _codes_in(ast.parse(path.read_text("utf-8"))):
                codes[code] |= severities
    return codes


def _codes_in(tree: ast.AST) -> Iterator[tuple[str, set[str]]]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in MAKERS:
            place, severities = MAKERS[name]
            for text in ast.walk(call.args[place]) if len(call.args) > place else ():
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value, severities


def explained() -> dict[str, set[str]]:
    return {row["code"]: set(row["severity"].split(", ")) for row in ROW.finditer(GUIDE.read_text("utf-8"))}


def test_every_finding_is_explained_with_its_severity_and_no_other() -> None:
    assert explained() == made(), f"Bring {GUIDE.relative_to(ROOT)} up to date."


def test_the_walk_over_the_code_finds_what_the_broken_maps_show() -> None:
    found = made()
    assert {code for code, _, _, _ in SHOWN} <= found.keys()
    assert all(severity.value in found[code] for code, severity, _, _ in SHOWN)


def test_every_code_of_a_check_has_a_tiny_map_that_shows_it() -> None:
    of_checks = GUIDE.read_text("utf-8").split("## Reading an IMDF archive")[0]
    assert {row["code"] for row in ROW.finditer(of_checks)} == {code for code, _, _, _ in SHOWN}


def test_the_guide_says_what_to_do_in_alphabetical_order_of_each_table() -> None:
    for table in GUIDE.read_text("utf-8").split("\n## ")[1:]:
        codes = [row["code"] for row in ROW.finditer(table)]
        assert codes == sorted(codes)
