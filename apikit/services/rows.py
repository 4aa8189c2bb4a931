"""Rows by the values of some columns, by SQL that is written once: for what every batch of every visitor asks.

Django builds a query's SQL anew each time, which takes it several times as long as to read the row.
"""

from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)


def rows_where(model: type[Row], **values: object) -> list[Row]:
    """Return the rows whose columns have these values, in no order. Names are the fields' as in `filter`, without look-ups."""
    fields = _fields(model, tuple(values))
    asked = [field.get_db_prep_value(value, connection) for field, value in zip(fields, values.values(), strict=True)]
    return list(model._default_manager.raw(_sql(model, tuple(values)), asked))


@lru_cache(maxsize=64)
def _fields(model: type[Model], names: tuple[str, ...]) -> "list[Field[Any, Any]]":
    found = {field.name: field for field in model._meta.concrete_fields}
    return [found[name] for name in names]


@lru_cache(maxsize=64)
def _sql(model: type[Model], names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    condition = " AND ".join(f"{quote(str(field.column))} = %s" for field in _fields(model, names))
    return f"SELECT * FROM {quote(model._meta.db_table)} WHERE {condition}"
