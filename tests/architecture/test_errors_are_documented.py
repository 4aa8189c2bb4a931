"""`docs/api/errors.md` lists every code that an answer may carry, with its status, and no other."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.apps import apps

from apikit.api.problems import FRAMEWORK_CODES
from apikit.errors import ApiError

ROOT = Path(__file__).resolve().parents[2]
# Codes that problems.py gives to failures that are no exception of ours.
OTHERS = {"server_error": 500}


def descendants(error: type[ApiError]) -> Iterator[type[ApiError]]:
    for child in error.__subclasses__():
        yield child
        yield from descendants(child)


def codes_of_the_code() -> dict[str, int]:
    for app in apps.get_app_configs():
        if (ROOT / app.name / "errors.py").is_file():
            import_module(f"{app.name}.errors")
    import_module("venues.services.osm_files")
    ours = {error.code: error.status for error in descendants(ApiError)}
    framework = {code: error.status_code for error, code in FRAMEWORK_CODES.items()}
    return ours | framework | OTHERS


def codes_of_the_page() -> dict[str, int]:
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", (ROOT / "docs/api/errors.md").read_text(), re.MULTILINE)
    return {code: int(status) for code, status in rows}


def test_the_page_lists_every_code_with_its_status_and_no_other() -> None:
    assert codes_of_the_page() == codes_of_the_code()
