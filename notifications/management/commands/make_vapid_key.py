"""`manage.py make_vapid_key`: a key for Web Push, to be put into the settings."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.transports.vapid import new_private_key


class Command(BaseCommand):
    help = (
        "Print a new private key for Web Push, for DALIL_VAPID_PRIVATE_KEY. Browsers subscribe again when it changes."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(new_private_key())
