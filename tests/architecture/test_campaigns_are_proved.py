"""`docs/guides/campaigns-proof.md` names tests that exist, for every line of every section."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/guides/campaigns-proof.md"
SECTIONS = ["Time", "Zones", "Campaign", "Deciding", "Delivering", "Laws"]


def lines_of_the_page() -> list[tuple[str, list[str]]]:
    """Return each definition with the tests that are said to hold it."""
    rows = re.findall(r"^\| (?!definition )([^|]+) \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)
    return [(definition, re.findall(r"`([^`]+)`", tests)) for definition, tests in rows]


@cache
def functions_of(path: Path) -> frozenset[str]:
    """Return the functions of a file, `Class::method` for methods."""

    def found(body: list[ast.stmt], prefix: str) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + node.name
            elif isinstance(node, ast.ClassDef):
                yield from found(node.body, f"{prefix}{node.name}::")

    return frozenset(found(ast.parse(path.read_text()).body, ""))


def test_the_page_has_every_section_and_no_empty_one() -> None:
    sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]

    assert [section.splitlines()[0] for section in sections] == SECTIONS
    assert all("::" in section for section in sections)


@pytest.mark.parametrize(("definition", "tests"), lines_of_the_page())
def test_every_line_names_tests_that_exist(definition: str, tests: list[str]) -> None:
    assert tests, definition
    for test in tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert name in functions_of(ROOT / path), test
