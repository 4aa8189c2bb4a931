"""Who may do what in a venue: granted, looked up, revoked."""

from datetime import datetime

from django.db import transaction

from accounts.core.roles import Role
from accounts.models import User
from venues import models
from venues.errors import MemberNotFound, OperatorNotFound


@transaction.atomic
def grant(*, venue: models.Venue, username: str, role: Role, by: User, now: datetime) -> tuple[models.Membership, bool]:
    """Return the operator's membership with this role, in place of any other, and whether it is new.

    Raises OperatorNotFound where nobody active has this name.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise OperatorNotFound(
            f'There is no operator "{username}". An administrator adds operators at /admin.', param="username"
        )
    values = {"role": role, "granted_by": by, "granted_at": now}
    return models.Membership.objects.update_or_create(venue=venue, user=user, defaults=values)


@transaction.atomic
def revoke(*, venue: models.Venue, username: str) -> None:
    """The operator has no role in the venue. Raises MemberNotFound where they had none."""
    revoked, _ = models.Membership.objects.filter(venue=venue, user__username=username).delete()
    if not revoked:
        raise MemberNotFound(f'"{username}" has no role in "{venue.slug}". GET its members lists who has.')
