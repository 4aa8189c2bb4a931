"""What operators read in the admin about messages is there in every language that the service speaks: translated, and compiled."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.utils import translation

from notifications.core.reasons import SENTENCES
from notifications.core.templates import EMPTY, UNREADABLE
from notifications.core.zone_features import ZONE_TYPES
from notifications.services.fitness import TRIGGER_RULES
from visitors.core.profiles import PROFILE_NAMES

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "config" / "locale"
LANGUAGES = [language for language, _ in settings.LANGUAGES if language != settings.LANGUAGE_CODE]
FOLDERS = ("notifications", "config")
MARKS = {"_", "gettext", "gettext_lazy"}
ENTRY = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', re.MULTILINE)
BLANK = re.compile(r"%\(\w+\)s|\{\w*(?::[^}]*)?\}")


def marked() -> Iterator[str]:
    """Yield the words that the code marks, and the sentences of its findings."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield from _said(node.func.id, node)
                if isinstance(node, ast.Assign) and any(
                    isinstance(target, ast.Name) and target.id == "sentence" for target in node.targets
                ):
                    yield ast.literal_eval(node.value)


def _said(name: str, call: ast.Call) -> Iterator[str]:
    position = 0 if name in MARKS else 2 if name == "Finding" else None
    if position is not None and len(call.args) > position and isinstance(call.args[position], ast.Constant):
        said = ast.literal_eval(call.args[position])
        if said:
            yield said


def shown() -> Iterator[str]:
    """Yield what stands in tables and columns rather than behind a mark: reasons, choices, sentences of findings."""
    yield from SENTENCES.values()
    yield from ZONE_TYPES
    yield from (name.replace("_", " ") for name in PROFILE_NAMES)
    yield from (finding.sentence for _, finding in TRIGGER_RULES)
    yield from (*EMPTY.values(), UNREADABLE)
    admin.autodiscover()
    for model in admin.site._registry:
        if model._meta.app_label == "notifications":
            for field in model._meta.fields:
                yield from (str(label) for _, label in field.choices or ())


@cache
def needed() -> frozenset[str]:
    with translation.override(settings.LANGUAGE_CODE):
        return frozenset([*marked(), *shown()])


def written(language: str) -> dict[str, str]:
    """Return the catalog as it is written, by what is said in English."""
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text()
    entries = {_joined(said): _joined(translated) for said, translated in ENTRY.findall(text)}
    return {said: translated for said, translated in entries.items() if said}


def _joined(lines: str) -> str:
    return "".join(ast.literal_eval(line) for line in lines.splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_lacks_its_translation_and_nothing_is_left_over(language: str) -> None:
    entries = written(language)
    assert {said for said in needed() if not entries.get(said)} == set()
    assert set(entries) - needed() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_blanks_of_what_it_translates(language: str) -> None:
    for said, translated in written(language).items():
        assert sorted(BLANK.findall(translated)) == sorted(BLANK.findall(said)), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        catalog = GNUTranslations(compiled)
    assert {said: catalog.gettext(said) for said in needed()} == {said: written(language)[said] for said in needed()}
