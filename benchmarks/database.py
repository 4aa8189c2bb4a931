"""Django on a database and blobs of its own, in a folder that is thrown away."""

import os
from pathlib import Path


def set_up(folder: Path) -> None:
    """Make Django ready on an empty SQLite database in the folder."""
    os.environ |= {"DALIL_DATA_ROOT": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    for name in ("DATABASE_URL", "REDIS_URL", "DALIL_BLOB_ROOT"):
        os.environ.pop(name, None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
