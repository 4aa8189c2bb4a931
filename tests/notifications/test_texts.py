"""Texts by language: checked before a campaign starts, rendered when it speaks. And when to try again."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from firebase_admin._messaging_encoder import MessageEncoder
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.message import MAX_PAYLOAD_BYTES, MAX_TTL_S, Message, Text, payload_bytes, text_in
from notifications.core.retry import delay_s, parse_retry_after
from notifications.core.templates import check_content, render
from notifications.transports.fcm import composed
from notifications.transports.webpush import payload
from tests.notifications.places import NOON, after

# What aes128gcm adds to a Web Push message: a header of 86 bytes, a delimiter, a tag of 16 (RFC 8188, RFC 8291).
ENCRYPTION_BYTES = 103

GOOD = {"en": Text("Welcome to {zone}", "Enjoy {venue}"), "ar": Text("مرحبًا بكم في {zone}", "{venue}")}


def codes(content: dict[str, Text], *languages: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.field) for finding in check_content(content, languages or ("en", "ar"))]


def test_complete_texts_have_no_findings() -> None:
    assert codes(GOOD) == []


def test_an_arabic_translation_that_misses_a_variable_is_found() -> None:
    assert codes(GOOD | {"ar": Text("مرحبًا", "{venue}")}) == [("variable_missing", "content.ar")]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (Text("", "{venue} {zone}"), ("text_missing", "content.en.title")),
        (Text("{zone", "{venue} {zone}"), ("template_unreadable", "content.en.title")),
        (Text("{zone.__class__} {zone}", "{venue}"), ("template_unreadable", "content.en.title")),
        (Text("{zone!r}", "{venue} {zone}"), ("template_unreadable", "content.en.title")),
        (Text("{zone} {name}", "{venue}"), ("variable_unknown", "content.en")),
        (Text("{zone}", "{venue}", link="javascript:alert(1)"), ("link_invalid", "content.en.link")),
        (Text("{zone}", "{venue}", image="http://x.example/a.png"), ("image_invalid", "content.en.image")),
        (Text("{zone}", "{venue}" + "م" * 2000), ("payload_too_large", "content.en")),
    ],
)
def test_what_is_wrong_with_a_text_names_its_field(text: Text, finding: tuple[str, str]) -> None:
    assert finding in codes(GOOD | {"en": text})


def test_every_language_of_the_service_is_needed() -> None:
    assert codes(GOOD, "en", "ar", "fr") == [("language_missing", "content.fr")]


def test_a_text_falls_back_to_its_primary_language_to_english_and_to_any() -> None:
    assert text_in(GOOD, "ar-QA")[0] == "ar"
    assert text_in(GOOD, "de")[0] == "en"
    assert text_in({"fr": Text("Bonjour", "")}, "de")[0] == "fr"


def test_variables_are_filled_in_title_and_body() -> None:
    assert render(GOOD["en"], {"zone": "the Quarter", "venue": "Msheireb"}).title == "Welcome to the Quarter"


def test_the_largest_payload_is_what_push_services_carry() -> None:
    assert MAX_PAYLOAD_BYTES == 4096


@pytest.mark.parametrize("words", ["x" * 40, "م" * 700, 'say "hello"\n' * 90])
def test_the_size_of_a_message_is_never_less_than_what_push_services_are_sent(words: str) -> None:
    text = Text(words, words, "https://x.example/" + "a" * 60, "/#place=" + "0" * 36)
    message = Message(
        UUID(int=1),
        UUID(int=2),
        10**9,
        UUID(int=3),
        "م" * 120,
        "zh-Hant-TW-x-very-long-private-tags",
        text,
        "f" * 32,
        NOON,
        after(MAX_TTL_S),
    )

    sent = json.loads(MessageEncoder().encode(composed("t", message, NOON)))

    assert len(json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()) <= payload_bytes(text)
    assert len(json.dumps(payload(message), ensure_ascii=False).encode()) + ENCRYPTION_BYTES <= payload_bytes(text)


@given(st.integers(1, 1000), st.floats(0, 1, exclude_max=True), st.booleans())
def test_waiting_is_jitter_under_a_ceiling_that_doubles(attempts: int, draw: float, is_quota: bool) -> None:
    base_s = 60 if is_quota else 10
    ceiling_s = min(900, base_s * 2 ** min(attempts - 1, 20))

    assert 0 <= delay_s(attempts, draw, is_quota=is_quota) <= ceiling_s
    assert delay_s(attempts, 1.0, is_quota=is_quota) == ceiling_s


def test_what_the_other_side_asks_for_is_never_undercut() -> None:
    assert delay_s(1, 0.0, retry_after_s=120) == 120


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Fri, 02 Jan 2026 00:01:30 GMT", 90),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 0),
        ("soon", None),
        (None, None),
        ("²", None),
        ("9" * 400, 28 * 24 * 3600),
        ("Fri, 02 Jan 99999999999999999999 00:01:30 GMT", None),
        ("Fri, 02 Jan 9999 00:01:30 GMT", 28 * 24 * 3600),
    ],
)
def test_retry_after_is_read_as_seconds_and_as_a_date(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, datetime(2026, 1, 2, tzinfo=UTC)) == seconds
