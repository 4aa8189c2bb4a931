"""The roles that an operator may have in a venue, and what each may do: the one table that every door asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    VIEWER = "viewer"
    EDITOR = "editor"
    MARKETER = "marketer"
    PUBLISHER = "publisher"
    OWNER = "owner"


class Right(StrEnum):
    READ = "read"
    """Look at drafts, findings, beacons, health, coverage, campaigns, decisions and reports."""
    EDIT = "edit"
    """Change what the next publication will hold, and what is closed."""
    CAMPAIGN = "campaign"
    """Create, change, try, start, pause and end campaigns, and change the venue's rules for them."""
    PUBLISH = "publish"
    """Switch what visitors get: publish and restore maps, restore emission tables."""
    MEMBERS = "members"
    """See, grant and revoke the roles of others."""


NONE: frozenset[Right] = frozenset()
ALL = frozenset(Right)
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.READ}),
    Role.EDITOR: frozenset({Right.READ, Right.EDIT}),
    Role.MARKETER: frozenset({Right.READ, Right.CAMPAIGN}),
    Role.PUBLISHER: frozenset({Right.READ, Right.EDIT, Right.PUBLISH}),
    Role.OWNER: ALL,
}


def least_role(right: Right) -> Role:
    """Return the role of fewest rights that holds this one.

    >>> least_role(Right.EDIT).value
    'editor'
    """
    return min((role for role in Role if right in RIGHTS[role]), key=lambda role: len(RIGHTS[role]))


@dataclass(frozen=True)
class KeyLimits:
    """What a key is narrowed to. `str()` tells keys apart without showing one."""

    key_hash: str
    venue_id: UUID | None
    """None: every venue of the person whom it acts for."""
    role: Role | None
    """None: whatever the person may do."""

    def __str__(self) -> str:
        return self.key_hash

    def rights_at(self, venue_id: UUID) -> frozenset[Right]:
        """Return the rights that the key lets through in a venue."""
        if self.venue_id not in (None, venue_id):
            return NONE
        return ALL if self.role is None else RIGHTS[self.role]
