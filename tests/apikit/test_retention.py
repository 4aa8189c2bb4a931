"""Rows end when their table's file says so, and a malformed file says what is wrong with it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps

from apikit.models import StoredAnswer
from apikit.services import retention
from visitors.models import Visitor

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def answer(key: str, age: timedelta) -> None:
    StoredAnswer.objects.create(scope="any", key=key, body_hash=b"", sealed_answer=b"", created_at=NOW - age)


def visitor(token: str, days: int) -> None:
    day = NOW - timedelta(days=days)
    Visitor.objects.create(token_hash=token, language="en", profile="walk", created_at=day, last_seen_on=day.date())


@pytest.mark.django_db
def test_rows_older_than_their_age_go_and_the_others_stay() -> None:
    answer("old", timedelta(minutes=16))
    answer("new", timedelta(minutes=14))
    visitor("gone", days=91)
    visitor("back", days=90)
    purged = retention.purge(NOW)
    assert (purged["apikit.StoredAnswer"], purged["visitors.Visitor"]) == (1, 1)
    assert StoredAnswer.objects.get().key == "new"
    assert Visitor.objects.get().token_hash == "back"
    assert set(retention.purge(NOW).values()) == {0}


@pytest.mark.django_db
def test_more_rows_than_a_statement_takes_all_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "DELETED_AT_ONCE", 2)
    for number in range(5):
        answer(str(number), timedelta(hours=1))
    assert retention.purge(NOW)["apikit.StoredAnswer"] == 5


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("", "lives_with"),
        ('age = "5 days"', "`age` with `after`"),
        ('age = "soon"\nafter = "created_at"', '"soon" is no age'),
    ],
)
def test_a_table_that_says_no_readable_end_is_refused(
    said: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "retention.toml").write_text(f'[StoredAnswer]\n{said}\n[StoredAnswer.columns]\nid = "its name"\n')
    monkeypatch.setattr(apps, "get_app_configs", lambda: [SimpleNamespace(path=tmp_path, label="apikit")])
    retention.catalogue.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"apikit\.StoredAnswer") as refused:
            retention.catalogue()
    finally:
        retention.catalogue.cache_clear()
    assert complaint in str(refused.value)
