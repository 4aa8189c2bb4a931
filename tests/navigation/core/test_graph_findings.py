"""What only the routing graph of a map shows is found, at its feature, and a sound map has none of it."""

import pytest

from navigation.core.compiling import compile_graph
from tests.venues.broken_maps import GRAPH_FAULTS, MAPS, Break, sound_map
from tests.venues.small_map import id_of
from venues.core.imdf.features import Feature
from venues.core.snapshot import Snapshot
from venues.core.validation import Severity, validate
from venues.core.validation.finding import Finding
from venues.services.imdf_files import read_imdf_file


def findings_of(features: list[Feature]) -> tuple[Finding, ...]:
    return compile_graph(Snapshot.from_features(features)).findings


def test_the_graph_of_a_sound_map_has_no_findings():
    assert findings_of(sound_map()) == ()


@pytest.mark.parametrize(("code", "severity", "name", "breaking"), GRAPH_FAULTS, ids=[f[0] for f in GRAPH_FAULTS])
def test_a_fault_is_found_at_its_feature(code: str, severity: Severity, name: str, breaking: Break):
    found = {
        (finding.code, finding.severity, finding.feature_id): finding for finding in findings_of(breaking(sound_map()))
    }
    assert found[code, severity, id_of(name)].at is not None


@pytest.mark.parametrize("code", [fault[0] for fault in GRAPH_FAULTS])
def test_the_broken_map_of_the_fixtures_shows_its_finding(code: str):
    features = list(read_imdf_file(MAPS / "broken" / f"{code}.zip").features)
    assert {finding.code for finding in findings_of(features)} >= {code}
    assert {finding.severity for finding in validate(features)} <= {Severity.WARNING}
