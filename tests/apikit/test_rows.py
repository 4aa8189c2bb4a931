"""Rows read by plain SQL are the rows that Django's own query gives."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from apikit.services.rows import rows_where
from visitors.models import Device, Visitor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor.objects.create(
        token_hash="x", language="ar", profile="walk", created_at=NOW, last_seen_on=NOW.date(), granted=["analytics"]
    )


def test_a_row_is_read_whole_with_its_types(visitor: Visitor) -> None:
    assert visitor.pk == rows_where(Visitor, token_hash="x")[0].pk
    [read] = rows_where(Visitor, id=visitor.pk)
    for field in Visitor._meta.concrete_fields:
        assert getattr(read, field.attname) == getattr(Visitor.objects.get(), field.attname)


def test_several_columns_all_must_match(visitor: Visitor) -> None:
    assert len(rows_where(Visitor, token_hash="x", language="ar")) == 1
    assert rows_where(Visitor, token_hash="x", language="en") == []
    assert rows_where(Visitor, id=uuid4()) == []


def test_a_foreign_key_is_asked_by_its_value(visitor: Visitor) -> None:
    for name in ("one", "two"):
        Device.objects.create(visitor=visitor, kind="fcm", token=name, endpoint_hash=name, created_at=NOW)
    assert {device.token for device in rows_where(Device, visitor=visitor.pk)} == {"one", "two"}


def test_a_name_that_is_no_column_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        rows_where(Visitor, token_hash__startswith="x")
