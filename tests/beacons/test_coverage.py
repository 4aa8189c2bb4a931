"""Coverage over HTTP and as a command."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from beacons.services import deployments, registry
from tests.beacons.conftest import GROUND, NOW, UPPER, csv_of, row
from venues.models import Venue

URL = "/api/v1/venues/small/beacons/coverage"


@pytest.fixture
def covered(venue: Venue, client: Client) -> Client:
    """A hall with beacons over its western half, and a storey above with none."""
    places = [(x_m, y_m) for x_m in (4, 11, 18, 25) for y_m in (5, 15, 25, 35)]
    rows = [row(minor, x_m, y_m, GROUND) for minor, (x_m, y_m) in enumerate(places, start=1)]
    registry.import_csv(venue=venue, text=csv_of(*rows), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    client.force_login(User.objects.create_user("operator", is_staff=True))
    return client


def test_coverage_tells_levels_apart_and_proposes_where_there_is_none(covered: Client) -> None:
    answer = covered.get(URL).json()
    shares = {each["level_id"]: each["located_share"] for each in answer["levels"]}
    assert shares[str(GROUND)] > 0.5 > shares[str(UPPER)]
    kinds = {feature["properties"]["kind"] for feature in answer["features"]}
    assert kinds == {"area", "proposal"}
    proposals = [each["properties"] for each in answer["features"] if each["properties"]["kind"] == "proposal"]
    assert [each["rank"] for each in proposals] == [1, 2, 3, 4, 5]
    assert proposals[0]["level_id"] == str(UPPER)


def test_coverage_of_one_level_names_only_that(covered: Client) -> None:
    answer = covered.get(URL, {"level": str(GROUND), "proposals": "2"}).json()
    assert {feature["properties"]["level_id"] for feature in answer["features"]} == {str(GROUND)}
    assert [each["level_id"] for each in answer["levels"]] == [str(GROUND)]


@pytest.mark.parametrize(
    ("query", "status", "param"), [({"level": "x"}, 422, "level"), ({"proposals": "51"}, 422, "proposals")]
)
def test_a_bad_query_is_named(covered: Client, query: dict[str, str], status: int, param: str) -> None:
    answer = covered.get(URL, query)
    assert (answer.status_code, answer.json()["param"]) == (status, param)


def test_an_unknown_level_and_a_venue_without_beacons_are_not_found(covered: Client) -> None:
    answer = covered.get(URL, {"level": "00000000-0000-0000-0000-0000000000ff"})
    assert (answer.status_code, answer.json()["code"]) == (404, "level_not_found")


def test_only_operators_see_coverage(venue: Venue, client: Client) -> None:
    assert client.get(URL).status_code == 401


def test_the_command_prints_one_object_and_draws_a_heat_map(covered: Client, tmp_path: Path) -> None:
    out, plot = StringIO(), tmp_path / "coverage.svg"
    call_command("coverage", "small", "--json", "--plot", str(plot), stdout=out)
    report = json.loads(out.getvalue().splitlines()[-1])
    assert {each["level_id"] for each in report["levels"]} >= {str(GROUND), str(UPPER)}
    assert len(report["proposals"]) == 5
    assert "<svg" in plot.read_text()


def test_the_command_says_what_it_cannot_draw(covered: Client, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"--plot writes"):
        call_command("coverage", "small", "--plot", str(tmp_path / "coverage.txt"))
