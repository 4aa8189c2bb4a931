"""Django on a database and blobs of its own, in a folder that is thrown away."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests import servers


def set_up(folder: Path) -> None:
    """Make Django ready on an empty SQLite database in the folder."""
    os.environ |= {"DALIL_DATA_ROOT": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    for name in ("DATABASE_URL", "REDIS_URL", "DALIL_BLOB_ROOT"):
        os.environ.pop(name, None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def set_up_servers(stack: ExitStack, **settings: str) -> None:
    """Make Django ready on a PostgreSQL, a Redis and a folder of their own, which end with the stack, and with these settings."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    os.environ |= {
        "DATABASE_URL": stack.enter_context(servers.postgres()),
        "REDIS_URL": stack.enter_context(servers.redis()),
        "DALIL_DATA_ROOT": folder,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **settings,
    }
    os.environ.pop("DALIL_BLOB_ROOT", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
