"""How long each row is kept and what each column is for, as the apps' `retention.toml` files say; and what follows from it.

The files are the one place that says it: what is too old is deleted by them, and a person's export is gathered by them, so
that a table nobody thought of can be neither kept for ever nor left out.
"""

import base64
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import DateTimeField, Model

DELETED_AT_ONCE = 500
"""Rows a statement, so that no lock is held for long. SQLite before 3.32 took 999 values at most."""

_AGE = re.compile(r"(\d+) (minutes|hours|days)")


@dataclass(frozen=True)
class Kept:
    """What is said of one table: how its rows end, by `age` or `lives_with` (or whichever comes first), else by `until`."""

    columns: Mapping[str, str]
    """The purpose of every column, by its name in the database."""
    age: timedelta | None = None
    after: str | None = None
    """The column, an instant or a date, that the age is counted from."""
    lives_with: str | None = None
    """The foreign key whose row takes this one with it."""
    until: str | None = None
    """What ends it, in words: for rows that lead to no visitor."""
    secret: frozenset[str] = frozenset()
    """Columns that an export leaves out."""


@cache
def catalogue() -> Mapping[type[Model], Kept]:
    """Return what the files of all apps say, by model. Raises LookupError where one names a model that isn't there."""
    said: dict[type[Model], Kept] = {}
    for app in apps.get_app_configs():
        path = Path(app.path) / "retention.toml"
        for name, content in tomllib.loads(path.read_text()).items() if path.is_file() else ():
            label = name if "." in name else f"{app.label}.{name}"
            said[apps.get_model(label)] = _kept(label, content)
    return said


def purge(now: datetime) -> dict[str, int]:
    """Delete every row that is older than its age; return how many of each table, rows that went with them not counted."""
    return {
        model._meta.label: _delete_before(model, kept.after, now - kept.age)
        for model, kept in catalogue().items()
        if kept.age is not None and kept.after is not None
    }


def records_of(owner: Model) -> dict[str, list[dict[str, Any]]]:
    """Return every row that lives with `owner`, or with a row that does, as its columns say, by the name of the relation."""
    return dict(_records(type(owner), {owner.pk}))


def columns_of(row: Model) -> dict[str, Any]:
    """Return a row's columns by name, without the secret ones; bytes in base64, because JSON has none."""
    secret = catalogue()[type(row)].secret
    return {
        field.attname: _as_json(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if field.attname not in secret
    }


def _as_json(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _records(owner: type[Model], keys: set[Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for model, key, name in _dependents(owner):
        rows = list(model._default_manager.filter(**{f"{key}__in": keys}).order_by("pk"))
        yield name, [columns_of(row) for row in rows]
        yield from _records(model, {row.pk for row in rows})


def _dependents(owner: type[Model]) -> Iterator[tuple[type[Model], str, str]]:
    """Yield the models whose rows belong to an owner, with their foreign key to it and the owner's name for them."""
    for model, kept in catalogue().items():
        for field in model._meta.concrete_fields:
            if field.related_model is owner and field.name == kept.lives_with:
                name = getattr(field.remote_field, "related_name", None)
                yield model, field.name, str(model._meta.verbose_name_plural) if name in (None, "+") else name


def _delete_before(model: type[Model], column: str, oldest: datetime) -> int:
    boundary: datetime | date = oldest if isinstance(model._meta.get_field(column), DateTimeField) else oldest.date()
    expired = model._default_manager.filter(**{f"{column}__lt": boundary}).order_by("pk")
    deleted = 0
    while keys := list(expired.values_list("pk", flat=True)[:DELETED_AT_ONCE]):
        model._default_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted


def _kept(label: str, content: Mapping[str, Any]) -> Kept:
    """Return what a file says of a table. Raises ValueError where it says no end, or one that nobody can read."""
    if not {"age", "lives_with", "until"} & content.keys() or ("age" in content) != ("after" in content):
        raise ValueError(f"{label}: give `age` with `after`, `lives_with`, or `until`.")
    return Kept(
        columns=content["columns"],
        age=_age(label, content["age"]) if "age" in content else None,
        after=content.get("after"),
        lives_with=content.get("lives_with"),
        until=content.get("until"),
        secret=frozenset(content.get("secret", ())),
    )


def _age(label: str, text: str) -> timedelta:
    match = _AGE.fullmatch(text)
    if match is None:
        raise ValueError(f'{label}: "{text}" is no age. Write it like "15 minutes" or "90 days".')
    return timedelta(**{match[2]: int(match[1])})
