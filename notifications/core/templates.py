"""Texts with variables, such as "Welcome to {zone}": what they hold, whether they are complete, and their rendering."""

import dataclasses
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from notifications.core.links import is_link
from notifications.core.message import MAX_PAYLOAD_BYTES, Text, payload_bytes

VARIABLES = ("zone", "venue")
"""What a text may name; each is filled in the language of the text."""

EMPTY = {"title": "The title is empty. Write one.", "body": "The body is empty. Write one."}
UNREADABLE = "The braces can't be read: {why}"

# A name of the map that a variable stands for is taken to be this long at most when sizes are checked.
LONGEST_NAME = "م" * 80


@dataclass(frozen=True)
class Finding:
    """What is wrong with a campaign, and the field that it is wrong in: a sentence, and what belongs into its braces."""

    code: str
    field: str
    sentence: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.said_by(str)

    def said_by(self, translated: Callable[[str], str]) -> str:
        """Return the message in the language into which `translated` brings its sentence."""
        return translated(self.sentence).format_map(self.values)


class TemplateError(ValueError):
    """A text's braces can't be read."""


def variables(template: str) -> frozenset[str]:
    """Return the names in braces. Raises TemplateError where the braces do not match or hold more than a name.

    >>> sorted(variables("{zone} in {venue}, {{really}}"))
    ['venue', 'zone']
    """
    try:
        fields = list(string.Formatter().parse(template))
    except ValueError as error:
        raise TemplateError(f"{error}. Write {{{{ for a brace that is meant as one.") from error
    for _, name, spec, conversion in fields:
        if name is not None and (not name.isidentifier() or spec or conversion):
            written = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            raise TemplateError(f'"{{{written}}}" is not a variable. Use one of {_listed(VARIABLES)}.')
    return frozenset(name for _, name, _, _ in fields if name is not None)


def render(text: Text, values: Mapping[str, str]) -> Text:
    """Return the text with its variables filled in."""
    return Text(text.title.format_map(values), text.body.format_map(values), text.image, text.link)


def check_content(content: Mapping[str, Text], languages: Iterable[str]) -> list[Finding]:
    """Return everything that keeps this content from being sent: each language complete, with the same variables."""
    missing = [language for language in languages if language not in content]
    findings = [
        Finding(
            "language_missing",
            f"content.{language}",
            'There is no text in "{language}". Add title and body in this language.',
            {"language": language},
        )
        for language in missing
    ]
    named: dict[str, frozenset[str]] = {}
    for language, text in content.items():
        found, findings_here = _check_text(language, text)
        named[language] = found
        findings += findings_here
    every = frozenset().union(*named.values()) & set(VARIABLES)
    for language, found in named.items():
        if lacking := every - found:
            findings.append(
                Finding(
                    "variable_missing",
                    f"content.{language}",
                    "The text lacks {variables}, which another language names. Use it in every language.",
                    {"variables": _listed(lacking)},
                )
            )
    return findings


def _check_text(language: str, text: Text) -> tuple[frozenset[str], list[Finding]]:
    findings: list[Finding] = []
    found: frozenset[str] = frozenset()
    for part, words in (("title", text.title), ("body", text.body)):
        where = f"content.{language}.{part}"
        if not words.strip():
            findings.append(Finding("text_missing", where, EMPTY[part]))
        try:
            found |= variables(words)
        except TemplateError as error:
            findings.append(Finding("template_unreadable", where, UNREADABLE, {"why": error}))
    if unknown := found - set(VARIABLES):
        values = {"unknown": _listed(unknown), "variables": _listed(VARIABLES)}
        findings.append(
            Finding("variable_unknown", f"content.{language}", "Nothing fills {unknown}. Use {variables}.", values)
        )
    findings += _check_addresses(language, text)
    if not findings:
        findings += _check_size(language, text)
    return found, findings


def _check_addresses(language: str, text: Text) -> list[Finding]:
    """A link stays on the site or is https, an image is https: the page that shows them is https itself."""
    findings = []
    if text.link and not is_link(text.link):
        sentence = '"{link}" is not a link. Use /#place=ID to show a place, /#to=ID for the way to it, or https://...'
        findings.append(Finding("link_invalid", f"content.{language}.link", sentence, {"link": text.link}))
    if text.image and not is_link(text.image):
        sentence = '"{image}" is not the address of an image. Use one on the site, or https://...'
        findings.append(Finding("image_invalid", f"content.{language}.image", sentence, {"image": text.image}))
    return findings


def _check_size(language: str, text: Text) -> list[Finding]:
    size_bytes = payload_bytes(render(text, dict.fromkeys(VARIABLES, LONGEST_NAME)))
    if size_bytes <= MAX_PAYLOAD_BYTES:
        return []
    sentence = "The message would take {bytes} bytes, {most} is the most that push services carry. Shorten it."
    values = {"bytes": size_bytes, "most": MAX_PAYLOAD_BYTES}
    return [Finding("payload_too_large", f"content.{language}", sentence, values)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
