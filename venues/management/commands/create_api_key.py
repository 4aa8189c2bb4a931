"""`manage.py create_api_key USERNAME --name NAME [--venue SLUG] [--role ROLE]`: a key by which a program acts for an operator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.core.roles import Role
from accounts.models import User
from accounts.services import keys
from venues import selectors
from venues.errors import VenueNotFound
from venues.models import Venue


class Command(BaseCommand):
    help = "Print a new API key of an operator. It is shown this once; end it in the admin, under API keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what it is for, such as the map's nightly import")
        parser.add_argument("--venue", metavar="SLUG", help="the only venue that it opens")
        parser.add_argument("--role", choices=[role.value for role in Role], help="the most that it may do")

    def handle(self, *_: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        venue = _venue(options["venue"]) if options["venue"] else None
        if user is None or not selectors.is_operator(user, venue):
            raise CommandError(
                f'There is no operator "{options["username"]}"{f" of {venue.slug}" if venue else ""}. '
                "manage.py createsuperuser makes one; owners of a venue grant roles in it."
            )
        role = Role(options["role"]) if options["role"] else None
        key = keys.create(
            user=user, name=options["name"], now=timezone.now(), venue_id=venue.pk if venue else None, role=role
        )
        self.stdout.write(key)


def _venue(slug: str) -> Venue:
    try:
        return selectors.venue_by_slug(slug)
    except VenueNotFound as error:
        raise CommandError(error.detail) from error
