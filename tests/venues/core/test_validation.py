"""Each fault of a map is found, at its feature, and a sound map has none."""

import pytest

from tests.venues.broken_maps import FAULTS, MAPS, Break, sound_map
from tests.venues.small_map import changed, id_of
from venues.core.validation import Severity, validate
from venues.services.imdf_files import read_imdf_file


def test_a_sound_map_has_no_findings():
    assert validate(sound_map()) == []


@pytest.mark.parametrize(("code", "severity", "name", "breaking"), FAULTS, ids=[f"{f[0]}-{f[2]}" for f in FAULTS])
def test_a_fault_is_found_at_its_feature_and_nothing_else_is(
    code: str, severity: Severity, name: str | None, breaking: Break
):
    found = validate(breaking(sound_map()))
    assert {(finding.code, finding.severity) for finding in found} == {(code, severity)}
    if name is not None:
        assert id_of(name) in {finding.feature_id for finding in found}


def test_a_finding_shows_where_it_is_and_names_the_feature():
    found = next(f for f in validate(changed(sound_map(), "hall", category="ballroom")) if f.code == "category_unknown")
    assert 'unit "Hall"' in found.message
    assert found.at is not None
    assert found.at[0] == pytest.approx(51.5261, abs=1e-3)


def test_errors_come_before_warnings():
    broken = changed(changed(sound_map(), "hall", category="ballroom"), "First", ordinal=None)
    severities = [finding.severity for finding in validate(broken)]
    assert severities == sorted(severities)
    assert set(severities) == {Severity.ERROR, Severity.WARNING}


def test_an_empty_map_says_what_is_missing():
    assert [finding.code for finding in validate([])] == ["no_venue", "no_level"]


def test_the_sound_map_of_the_fixtures_is_sound():
    archive = read_imdf_file(MAPS / "sound")
    assert (archive.findings, archive.ignored, validate(archive.features)) == ((), (), [])


@pytest.mark.parametrize("code", sorted({fault[0] for fault in FAULTS}))
def test_the_broken_map_of_the_fixtures_shows_just_its_finding(code: str):
    assert {finding.code for finding in validate(read_imdf_file(MAPS / "broken" / f"{code}.zip").features)} == {code}
