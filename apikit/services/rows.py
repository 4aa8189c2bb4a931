"""Rows by the values of some columns, by SQL that is written once: for what every batch of every visitor asks.

Django builds a query's SQL and the way from columns to fields anew each time, which takes it several times as long as to read the
row.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import Col

Row = TypeVar("Row", bound=Model)


_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read", default=None)


def rows_where(model: type[Row], **values: object) -> list[Row]:
    """Return the rows whose columns have these values, in no order. Names are the fields' as in `filter`, without look-ups.

    A frozenset of values stands for any of them.
    """
    names = tuple(field.name for field in model._meta.concrete_fields)
    attnames = [field.attname for field in model._meta.concrete_fields]
    return [model.from_db(connection.alias, attnames, row) for row in _found(model, names, values)]


def values_where(model: type[Model], name: str, **values: object) -> list[Any]:
    """Return one column of the rows that `rows_where` returns."""
    return [value for [value] in _found(model, (name,), values)]


@contextmanager
def read_once() -> Iterator[None]:
    """Let what is read with `rows_once` be read once until it ends."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def rows_once(model: type[Row], **values: Hashable) -> list[Row]:
    """Return what `rows_where` does, to be read only; what all batches of a round ask is asked once."""
    if (read := _read.get()) is None:
        return rows_where(model, **values)
    asked = (model, *values.items())
    if asked not in read:
        read[asked] = rows_where(model, **values)
    rows: list[Row] = read[asked]
    return rows


def _found(model: type[Model], names: tuple[str, ...], values: Mapping[str, object]) -> list[list[Any]]:
    question = _question(model, names, tuple((name, _count(value)) for name, value in values.items()))
    asked = [
        field.get_db_prep_value(each, connection)
        for field, value in zip(question.given, values.values(), strict=True)
        for each in (value if isinstance(value, frozenset) else [value])
    ]
    with connection.cursor() as cursor:
        cursor.execute(question.sql, asked)
        return [list(question.read(row)) for row in cursor.fetchall()]


def _count(value: object) -> int | None:
    """Return how many values stand for any of them, None for a single one."""
    return len(value) if isinstance(value, frozenset) else None


@dataclass(frozen=True)
class _Question:
    """What is asked of a table: the SQL, and the fields whose values it takes."""

    sql: str
    given: "tuple[Field[Any, Any], ...]"
    columns: tuple[tuple[Col, tuple[Callable[..., Any], ...]], ...]
    """Of each field that is given its column, and what makes Python's value of the database's."""

    def read(self, row: tuple[Any, ...]) -> Iterator[Any]:
        for value, (column, converters) in zip(row, self.columns, strict=True):
            for converter in converters:
                value = converter(value, column, connection)
            yield value


@lru_cache(maxsize=256)
def _question(model: type[Model], names: tuple[str, ...], asked: tuple[tuple[str, int | None], ...]) -> _Question:
    fields = {field.name: field for field in model._meta.concrete_fields}
    given = tuple(fields[name] for name, _ in asked)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(fields[name].column)) for name in names)
    condition = " AND ".join(
        f"{quote(str(fields[name].column))} " + ("= %s" if count is None else f"IN ({', '.join(['%s'] * count)})")
        for name, count in asked
    )
    return _Question(
        f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {condition}",
        given,
        tuple(_with_converters(fields[name].get_col(model._meta.db_table)) for name in names),
    )


def _with_converters(column: Col) -> tuple[Col, tuple[Callable[..., Any], ...]]:
    return column, (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
