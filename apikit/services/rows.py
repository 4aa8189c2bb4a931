"""Rows by the values of some columns, by SQL that is written once: for what every batch of every visitor asks.

Django builds a query's SQL and the way from columns to fields anew each time, which takes it several times as long as to read the
row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import Col

Row = TypeVar("Row", bound=Model)


def rows_where(model: type[Row], **values: object) -> list[Row]:
    """Return the rows whose columns have these values, in no order. Names are the fields' as in `filter`, without look-ups."""
    question = _question(model, tuple(values))
    asked = [
        field.get_db_prep_value(value, connection) for field, value in zip(question.given, values.values(), strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(question.sql, asked)
        found = cursor.fetchall()
    return [model.from_db(connection.alias, question.names, list(question.read(row))) for row in found]


@dataclass(frozen=True)
class _Question:
    """What is asked of a table: the SQL, the fields whose values it takes, and the fields that it gives."""

    sql: str
    given: "tuple[Field[Any, Any], ...]"
    names: tuple[str, ...]
    columns: tuple[tuple[Col, tuple[Callable[..., Any], ...]], ...]
    """Of each field that is given its column, and what makes Python's value of the database's."""

    def read(self, row: tuple[Any, ...]) -> Iterator[Any]:
        for value, (column, converters) in zip(row, self.columns, strict=True):
            for converter in converters:
                value = converter(value, column, connection)
            yield value


@lru_cache(maxsize=64)
def _question(model: type[Model], names: tuple[str, ...]) -> _Question:
    fields = {field.name: field for field in model._meta.concrete_fields}
    given = tuple(fields[name] for name in names)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields.values())
    condition = " AND ".join(f"{quote(str(field.column))} = %s" for field in given)
    return _Question(
        f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {condition}",
        given,
        tuple(field.attname for field in fields.values()),
        tuple(_with_converters(field.get_col(model._meta.db_table)) for field in fields.values()),
    )


def _with_converters(column: Col) -> tuple[Col, tuple[Callable[..., Any], ...]]:
    return column, (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
