"""`manage.py create_api_key USERNAME --name NAME`: a key by which a program acts for an operator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.services import keys


class Command(BaseCommand):
    help = "Print a new API key of an operator. It is shown this once; end it in the admin, under API keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what it is for, such as the map's nightly import")

    def handle(self, *_: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_staff=True, is_active=True).first()
        if user is None:
            raise CommandError(f'There is no operator "{options["username"]}". manage.py createsuperuser makes one.')
        self.stdout.write(keys.create(user=user, name=options["name"], now=timezone.now()))
