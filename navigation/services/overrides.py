"""Overrides of the compiled graph: kept beside the map, applied whenever it is compiled, in force from the next publication."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from accounts.models import User
from navigation import models
from navigation.core.overrides import OverrideError, OverrideKind, read_override
from navigation.errors import InvalidOverride
from venues.models import Venue


def add(
    *, venue: Venue, kind: OverrideKind, content: Mapping[str, Any], note: str, by: User | None, now: datetime
) -> models.RoutingOverride:
    """Keep an override and return it. Raises InvalidOverride, naming the member."""
    id_ = uuid4()
    try:
        read_override(id_, kind, content)
    except OverrideError as error:
        raise InvalidOverride(str(error), param=error.member) from error
    return models.RoutingOverride.objects.create(
        id=id_, venue=venue, kind=kind.value, content=dict(content), note=note, author=by, created_at=now
    )


def remove(override: models.RoutingOverride) -> None:
    """Forget an override: the next publication is compiled without it."""
    override.delete()
