"""Draw the demo district anew: `python manage.py generate_demo`. The same code gives the same bytes."""

import csv
import io
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand

from venues.core.demo_district import District, generate
from venues.core.demo_district.beacons import BeaconRow
from venues.core.imdf.writing import write_archive

SEED = 2026
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "venues" / "msheireb"


class Command(BaseCommand):
    help = "Draw the demo district anew: fixtures/venues/msheireb/imdf.zip and beacons.csv."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the two files go")
        parser.add_argument("--plot", type=Path, help="also draw a map of the district to this PNG (needs matplotlib)")
        parser.add_argument("--ordinal", type=int, default=0, help="the level that the map shows")

    def handle(self, *, folder: Path, plot: Path | None, ordinal: int, **options: Any) -> None:
        district = generate(np.random.default_rng(SEED))
        for name, data in files_of(district).items():
            (folder / name).write_bytes(data)
        if plot is not None:
            from venues.management.district_plot import draw  # matplotlib is a tool of ours, not of the product

            draw(district, plot, ordinal)
        self.stdout.write(f"{len(district.features)} features and {len(district.beacons)} beacons are in {folder}.")


def files_of(district: District) -> dict[str, bytes]:
    """Return the fixture's files by name."""
    return {"imdf.zip": write_archive(district.features), "beacons.csv": beacons_csv(district.beacons).encode()}


def beacons_csv(rows: Iterable[BeaconRow]) -> str:
    """Return the beacons as the CSV that the registry imports."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(BeaconRow)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()
