"""What the commands about maps print: tables for people, one JSON object on the last line for programs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from navigation.core.compiling import Compilation
from venues.core.imdf.features import Feature, FeatureType
from venues.core.validation import Finding, Severity

CONNECTORS = frozenset({"elevator", "escalator", "movingwalkway", "ramp", "stairs"})
"""The relationships that a report counts as connectors: ways with a machine, steps or a slope."""

STYLES: Mapping[Severity, str] = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


@dataclass(frozen=True, eq=False)
class MapReport:
    """What became of a map. `published`: the hash of the snapshot that visitors see now, None where they don't see it."""

    venue: str
    features: Sequence[Feature]
    findings: Sequence[Finding]
    compilation: Compilation | None
    ignored: Mapping[str, str] = field(default_factory=dict)
    published: str | None = None

    def counts(self) -> dict[str, int]:
        """Return how many levels, units, openings, connectors and amenities the map has."""
        kinds = [feature.feature_type for feature in self.features]
        relationships = [f for f in self.features if f.feature_type is FeatureType.RELATIONSHIP]
        return {
            "levels": kinds.count(FeatureType.LEVEL),
            "units": kinds.count(FeatureType.UNIT),
            "openings": kinds.count(FeatureType.OPENING),
            "connectors": sum(feature.properties.get("category") in CONNECTORS for feature in relationships),
            "amenities": kinds.count(FeatureType.AMENITY),
        }

    def graph(self) -> dict[str, int] | None:
        """Return the size of the graph, None where the map has errors and was not compiled."""
        if self.compilation is None:
            return None
        graph = self.compilation.graph
        return {"nodes": graph.node_count, "edges": graph.edge_count, "components": self.compilation.components}

    def as_json(self) -> dict[str, Any]:
        """Return the object that --json prints."""
        return {
            "venue": self.venue,
            **self.counts(),
            "ignored": dict(self.ignored),
            "findings": [finding.as_json() for finding in self.findings],
            "published": self.published,
            "graph": self.graph(),
        }


def print_report(command: BaseCommand, report: MapReport, *, as_json: bool) -> None:
    """Print the report: its findings as a table and its counts, or the JSON object."""
    if as_json:
        print_json(command, report.as_json())
        return
    print_findings(report.findings)
    console = Console(highlight=False)
    console.print(", ".join(f"{count} {kind}" for kind, count in report.counts().items()))
    if (graph := report.graph()) is not None:
        console.print(f"graph: {graph['nodes']} nodes, {graph['edges']} edges, {graph['components']} parts")
    if report.ignored:
        console.print(f"passed over: {len(report.ignored)}; --json names them")
    console.print(f"published: {report.published}" if report.published else "not published")


def print_findings(findings: Sequence[Finding]) -> None:
    """Print the findings as a table, errors first, and how many there are."""
    if not findings:
        return
    table = Table("Severity", "Code", Column("What is wrong and what to do", overflow="fold"), "At (lng, lat)")
    for finding in sorted(findings, key=lambda finding: finding.severity.value):
        at = "" if finding.at is None else "{:.7f}\n{:.7f}".format(*finding.at)
        # As text: a message may hold brackets, which are markup to rich.
        table.add_row(Text(finding.severity.value, STYLES[finding.severity]), finding.code, Text(finding.message), at)
    console = Console(highlight=False)
    console.print(table)
    counts = Counter(finding.severity for finding in findings)
    console.print(", ".join(f"{counts[severity]} {severity}s" for severity in Severity))


def print_json(command: BaseCommand, answer: Mapping[str, Any]) -> None:
    """Print the answer as the last line."""
    command.stdout.write(orjson.dumps(answer).decode())
