"""What the import commands share: a map whole into the draft, published where asked, refused with every finding."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apikit.errors import ApiError
from navigation.management.reporting import MapReport, print_report
from navigation.services import releases
from venues import models
from venues.core.imdf.features import Feature
from venues.core.validation import Finding, errors_in
from venues.services import checking, importing


@dataclass(frozen=True, eq=False)
class ReadMap:
    """What a file held: its features, what was passed over and why, and what the reading found."""

    features: Sequence[Feature]
    ignored: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()


def add_arguments(parser: ArgumentParser, *, several: bool = False) -> None:
    """Add what every import command takes; `several` files where a map may come as one a level."""
    parser.add_argument("path", nargs="+" if several else None, help="the file or folder to import")
    parser.add_argument("--venue", required=True, help="the slug of the venue; a new one is created")
    parser.add_argument("--time-zone", help="IANA name of the venue's zone, such as Asia/Qatar")
    parser.add_argument("--publish", action="store_true", help="publish the map when it has no errors")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")


def run(command: BaseCommand, read: ReadMap, options: Mapping[str, Any]) -> None:
    """Import what was read and report it. Raises CommandError where the map is refused; nothing of it is kept then."""
    refused = [*errors_in(read.findings), *errors_in(checking.findings_of(read.features))]
    if refused:
        report = MapReport(options["venue"], read.features, [*read.findings, *refused], None, read.ignored)
        refuse(command, report, as_json=options["json"])
    try:
        draft, report = _imported(read, options)
        if options["publish"]:
            if errors_in(report.findings):
                refuse(command, report, as_json=options["json"], taken="it is in the draft and was not published")
            published = releases.release(draft=draft, by=None, now=timezone.now()).snapshot_hash
            report = replace(report, published=published)
    except ApiError as error:
        raise CommandError(error.detail) from error
    print_report(command, report, as_json=options["json"])


def refuse(command: BaseCommand, report: MapReport, *, as_json: bool, taken: str = "nothing of it was taken") -> None:
    """Print every finding of a map that can't be used, and end with exit code 1."""
    errors = errors_in(report.findings)
    command.stderr.write(f"The map has {len(errors)} error(s); {taken}. Correct them and try again.")
    print_report(command, report, as_json=as_json)
    sys.exit(1)


def _imported(read: ReadMap, options: Mapping[str, Any]) -> tuple[models.Draft, MapReport]:
    draft = importing.import_features(
        slug=options["venue"], features=read.features, time_zone=options["time_zone"], by=None, now=timezone.now()
    )
    checked = releases.check(draft=draft)
    findings = (*read.findings, *checked.findings)
    return draft, MapReport(options["venue"], read.features, findings, checked.compilation, read.ignored)
