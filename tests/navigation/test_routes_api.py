"""Routes over HTTP, on the small map: what they say, and how they refuse."""

import json
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from shapely.geometry import shape

from navigation.services import releases
from navigation.services.matrices import MAX_MATRIX_CELLS
from tests.venues.conftest import NOW
from tests.venues.small_map import id_of, lng_lat

pytestmark = pytest.mark.django_db
ROUTES = "/api/v1/venues/small/routes"


def place(name: str) -> dict[str, str]:
    return {"place": str(id_of(name))}


def point(x_m: float, y_m: float, level: object = 0) -> dict[str, Any]:
    lng, lat = lng_lat(x_m, y_m)
    return {"lng": lng, "lat": lat, "level": level}


def ask(client: Client, origin: object, destination: object, **more: Any) -> Any:
    body = {"origin": origin, "destination": destination, **more}
    return client.post(ROUTES, body, content_type="application/json")


def route(client: Client, origin: object, destination: object, **more: Any) -> dict[str, Any]:
    answer = ask(client, origin, destination, **more)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()["routes"][0]
    return found


def steps(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for leg in found["legs"] for step in leg["steps"]]


def types(found: dict[str, Any]) -> list[str]:
    return [step["maneuver"]["type"] for step in steps(found)]


def test_a_route_leads_from_the_square_up_to_the_museum(client: Client, released):
    found = route(client, point(5, 20), place("museum room"))
    assert types(found)[0] == "depart"
    assert types(found)[-1] == "arrive"
    assert "enter" in types(found)
    [up] = [step for step in steps(found) if "to_level" in step]
    assert (up["maneuver"]["type"], up["level"]["ordinal"], up["to_level"]["ordinal"]) == ("take_stairs", 0, 1)
    assert up["to_level"]["id"] == str(id_of("First"))
    assert steps(found)[-1]["instruction"].endswith("Heritage Museum")


def test_distances_and_durations_sum_over_steps_and_legs(client: Client, released):
    found = route(client, point(5, 20), place("museum room"), via=[place("cafe")])
    for what in ("distance_m", "duration_s"):
        assert sum(leg[what] for leg in found["legs"]) == pytest.approx(found[what], abs=1e-6)
        for leg in found["legs"]:
            assert sum(step[what] for step in leg["steps"]) == pytest.approx(leg[what], abs=1e-6)


def test_lines_join_and_begin_at_their_maneuver(client: Client, released):
    told = steps(route(client, point(5, 20), place("museum room")))
    for before, after in pairwise(told):
        assert before["geometry"]["coordinates"][-1] == after["geometry"]["coordinates"][0]
    for step in told:
        assert step["geometry"]["type"] == "LineString"
        assert len(step["geometry"]["coordinates"]) >= 2
        assert step["maneuver"]["position"] == step["geometry"]["coordinates"][0]


def test_a_wheelchair_takes_the_lift(client: Client, released):
    found = route(client, point(5, 20), place("museum room"), profile="wheelchair")
    assert "take_lift" in types(found)
    assert "take_stairs" not in types(found)
    assert found["profile"] == "wheelchair"


def test_who_avoids_stairs_takes_the_lift(client: Client, released):
    assert "take_lift" in types(route(client, point(5, 20), place("museum room"), avoid=["stairs"]))


def test_instructions_come_in_arabic(client: Client, released):
    told = steps(route(client, point(5, 20), place("cafe"), language="ar"))
    assert told[-1]["instruction"].startswith("لقد وصلت")
    assert "مقهى الصيف" in told[-1]["instruction"]


def test_the_nearest_of_a_category_is_found(client: Client, released):
    assert route(client, point(52, 15), {"category": "restroom"})["distance_m"] < 30


def test_a_building_is_reached_at_its_door(client: Client, released):
    found = route(client, point(5, 15), place("house"))
    assert found["distance_m"] == pytest.approx(25, abs=2)
    assert "Bin Test House" in steps(found)[-1]["instruction"]


def test_a_level_is_given_by_id_ordinal_or_object(client: Client, released):
    levels = [0, "0", str(id_of("Ground")), {"id": str(id_of("Ground"))}, {"ordinal": 0}]
    found = [route(client, point(35, 15, level), place("cafe"))["duration_s"] for level in levels]
    assert len(set(found)) == 1


def test_the_best_order_of_vias_is_no_longer_than_the_given_one(client: Client, released):
    via = [place("museum room"), place("cafe"), place("restroom")]
    given = route(client, point(5, 20), point(2, 2), via=via)
    best = route(client, point(5, 20), point(2, 2), via=via, optimize_via=True)
    assert len(best["legs"]) == 4
    assert best["duration_s"] <= given["duration_s"]


def test_alternatives_are_never_quicker(client: Client, released):
    found = ask(client, point(5, 20), place("museum room"), alternatives=2).json()["routes"]
    assert all(other["duration_s"] >= found[0]["duration_s"] for other in found)


def test_every_answer_carries_its_snapshot(client: Client, released):
    answer = ask(client, point(5, 20), place("cafe")).json()
    assert answer["snapshot"] == released.current_publication.snapshot_hash


def test_a_matrix_agrees_with_its_routes(client: Client, released):
    ends = [point(5, 20), place("cafe"), place("museum room")]
    body = {"origins": ends, "destinations": ends, "profile": "wheelchair"}
    answer = client.post(f"{ROUTES}/matrix", body, content_type="application/json").json()
    for i, origin in enumerate(ends):
        for j, destination in enumerate(ends):
            found = route(client, origin, destination, profile="wheelchair")
            assert answer["durations_s"][i][j] == found["duration_s"]
            assert answer["distances_m"][i][j] == found["distance_m"]


def test_an_enormous_matrix_is_refused_with_its_limit(client: Client, released):
    body = {"origins": [place("cafe")] * 100, "destinations": [place("cafe")] * 100}
    answer = client.post(f"{ROUTES}/matrix", body, content_type="application/json")
    assert (answer.status_code, answer.json()["limit"]) == (422, MAX_MATRIX_CELLS)


@pytest.mark.parametrize(
    ("change", "status", "code", "param"),
    [
        ({"origin": {"place": str(id_of("nowhere"))}}, 404, "place_not_found", "origin.place"),
        ({"origin": {"place": "no id"}}, 404, "place_not_found", "origin.place"),
        ({"destination": point(5, 5, 9)}, 404, "level_not_found", "destination.level"),
        ({"destination": {"category": "airport"}}, 404, "category_not_found", "destination.category"),
        ({"profile": "horse"}, 404, "profile_not_found", "profile"),
        ({"origin": point(500, 5)}, 422, "point_not_walkable", "origin"),
        ({"via": [{"lng": 400, "lat": 0, "level": 0}]}, 422, "invalid_waypoint", "via[0].lng"),
        ({"origin": {"lng": 51.5, "lat": 25.2}}, 422, "invalid_waypoint", "origin.level"),
        ({"origin": {}}, 422, "invalid_waypoint", "origin"),
        ({"origin": place("cafe") | {"category": "restroom"}}, 422, "invalid_waypoint", "origin"),
        ({"origin": {"places": []}}, 422, "invalid_waypoint", "origin.places"),
        ({"origin": {"places": [7]}}, 422, "invalid_waypoint", "origin.places[0]"),
        ({"destination": {"places": [str(id_of("nowhere"))]}}, 404, "place_not_found", "destination.places[0]"),
        ({"prefer": "cool"}, 422, "invalid_request", "prefer"),
        ({"optimize_via": "yes"}, 422, "invalid_request", "optimize_via"),
        ({"alternatives": 1.5}, 422, "invalid_request", "alternatives"),
        ({"alternatives": True}, 422, "invalid_request", "alternatives"),
        ({"language": 7}, 422, "invalid_request", "language"),
        ({"via": [place("cafe")] * 7}, 422, "invalid_request", "via"),
        ({"speed_mps": 0}, 422, "invalid_request", "speed_mps"),
        ({"speed_mps": 30}, 422, "invalid_request", "speed_mps"),
        ({"speed_mps": "fast"}, 422, "invalid_request", "speed_mps"),
        ({"alternatives": 4}, 422, "invalid_request", "alternatives"),
        ({"alternatives": 1, "via": [place("restroom")]}, 422, "contradictory_options", "alternatives"),
        ({"optimize_via": True}, 422, "contradictory_options", "optimize_via"),
        (
            {"origin": {"category": "restroom"}, "destination": {"category": "restroom"}},
            422,
            "contradictory_options",
            "destination",
        ),
        ({"avoid": ["dragons"]}, 422, "invalid_request", "avoid[0]"),
        ({"prefer": [{}]}, 422, "invalid_request", "prefer[0]"),
    ],
)
def test_what_can_not_be_used_is_named(client: Client, released, change, status, code, param):
    answer = ask(client, **({"origin": point(5, 20), "destination": place("cafe")} | change))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    if param:
        assert problem["param"] == param


def test_a_point_off_the_map_says_where_one_can_walk(client: Client, released):
    problem = ask(client, point(-10, 20, str(id_of("Street"))), place("cafe")).json()
    assert problem["distance_m"] == pytest.approx(10, abs=0.1)
    assert "10.0 m" in problem["detail"]
    assert ask(client, problem["nearest"], place("cafe")).status_code == 200


def test_a_point_on_the_wrong_level_says_on_which_it_could_be(client: Client, released):
    problem = ask(client, point(10, 10, str(id_of("Ground"))), place("cafe")).json()
    assert (problem["code"], problem["param"]) == ("point_not_walkable", "origin")
    assert [level["id"] for level in problem["walkable_levels"]] == [str(id_of("Street"))]
    assert "level 0" in problem["detail"]


def test_the_nearest_of_a_group_is_found(client: Client, released):
    both = {"places": [place("museum room")["place"], place("cafe")["place"]]}
    assert "Café" in steps(route(client, point(35, 15), both))[-1]["instruction"]


@pytest.mark.parametrize("name", ["hall", "cafe", "fountain", "street door", "house", "First", "lift", "west section"])
def test_one_can_go_to_any_kind_of_feature(client: Client, released, name):
    assert route(client, point(5, 20), place(name))["distance_m"] > 0


def test_a_level_is_reached_where_one_steps_on_to_it(client: Client, released):
    assert "to_level" in steps(route(client, point(5, 20), place("First")))[-2]


def test_who_walks_half_as_fast_walks_twice_as_long(client: Client, released):
    profile = {each["name"]: each for each in client.get("/api/v1/profiles").json()["profiles"]}["walk"]
    usual = route(client, point(5, 20), point(25, 20))
    slow = route(client, point(5, 20), point(25, 20), speed_mps=profile["walk_mps"] / 2)
    assert slow["duration_s"] == pytest.approx(2 * usual["duration_s"], abs=0.002)
    assert slow["distance_m"] == usual["distance_m"]


def test_a_lift_waits_for_nobody_longer(client: Client, released):
    found = [
        route(client, point(5, 20), place("museum room"), profile="wheelchair", speed_mps=speed) for speed in (0.5, 1.5)
    ]
    rides = [next(step for step in steps(each) if step["maneuver"]["type"] == "take_lift") for each in found]
    assert rides[0]["duration_s"] == rides[1]["duration_s"]


def test_where_nobody_gets_through_it_says_what_stands_in_the_way(client: Client, released):
    answer = ask(client, point(5, 20), place("museum room"), avoid=["stairs", "lift"])
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "no_route")
    assert {blocker["category"] for blocker in problem["blocked_by"]} <= {"stairs", "elevator"}
    assert problem["blocked_by"]


def test_without_a_way_the_nearest_place_that_one_gets_to_is_offered(client: Client, released):
    problem = ask(client, point(5, 20), place("museum room"), avoid=["stairs", "lift"]).json()
    offered = problem["alternative"]
    assert offered["level"]["ordinal"] == 0
    assert offered["name"] in problem["detail"]
    found = route(client, point(5, 20), offered, avoid=["stairs", "lift"])
    assert found["distance_m"] == pytest.approx(offered["distance_m"], abs=0.1)
    assert found["duration_s"] == pytest.approx(offered["duration_s"], abs=0.1)


def test_the_leg_that_has_no_way_is_named(client: Client, released):
    ways = {"avoid": ["stairs", "lift"], "via": [place("cafe"), place("museum room")]}
    assert ask(client, point(5, 20), place("restroom"), **ways).json()["param"] == "via[1]"


@pytest.fixture
def walled(draft):
    """The small map with a café that has no door."""
    rows = draft.features
    rows.filter(feature_id=id_of("cafe door")).delete()
    return releases.release(draft=draft, by=None, now=NOW).venue


@pytest.mark.parametrize("end", ["origin", "destination"])
def test_what_nobody_gets_to_is_named(client: Client, walled, end):
    ends = {"origin": point(5, 20), "destination": point(5, 30)} | {end: point(37, 30)}
    problem = ask(client, **ends).json()
    assert (problem["code"], problem["blocked_by"]) == ("no_route", [])
    assert (problem["cut_off"]["end"], problem["cut_off"]["id"]) == (end, str(id_of("cafe room")))
    assert ("alternative" in problem) is (end == "destination")


def test_profiles_are_listed(client: Client):
    names = [profile["name"] for profile in client.get("/api/v1/profiles").json()["profiles"]]
    assert {"walk", "wheelchair"} <= set(names)


def test_the_command_prints_the_answer_of_the_api(client: Client, released):
    out = StringIO()
    call_command("route", "small", "South Lawn", "cafe ete", json=True, stdout=out)
    printed = json.loads(out.getvalue().splitlines()[-1])
    assert printed["routes"][0]["legs"][0]["steps"][-1]["instruction"].endswith("Café Été")


def test_the_command_prints_steps_for_people(released, capsys):
    lng, lat = lng_lat(5, 20)
    call_command("route", "small", f"{lng},{lat},0", str(id_of("museum room")), language="en")
    assert "take_stairs" in capsys.readouterr().out


def test_the_command_says_what_it_can_not_find(released):
    with pytest.raises(CommandError, match="qqqqq"):
        call_command("route", "small", "qqqqq", "cafe")


def within(client: Client, limits_s: object, **more: Any) -> Any:
    body = {"origin": point(52, 15), "limits_s": limits_s, **more}
    return client.post(f"{ROUTES}/isochrone", body, content_type="application/json")


def test_an_isochrone_grows_with_its_limit_and_reaches_other_levels(client: Client, released):
    answer = within(client, [60, 5]).json()
    near, far = (
        [each for each in answer["features"] if each["properties"]["limit_s"] == limit_s] for limit_s in (5, 60)
    )
    assert {each["properties"]["level"]["ordinal"] for each in near} == {0}
    assert {each["properties"]["level"]["ordinal"] for each in far} == {0, 1}
    ground = [
        next(shape(each["geometry"]) for each in group if each["properties"]["level"]["id"] == str(id_of("Ground")))
        for group in (near, far)
    ]
    assert ground[0].area < ground[1].area


def test_a_wheelchair_gets_no_way_up_without_the_lift(client: Client, released):
    answer = within(client, [600], profile="wheelchair", avoid=["lift"]).json()
    assert {each["properties"]["level"]["ordinal"] for each in answer["features"]} == {0}


@pytest.mark.parametrize(
    ("limits_s", "param"), [([], "limits_s"), ([0], "limits_s[0]"), ([60, 4000], "limits_s[1]"), (60, "limits_s")]
)
def test_an_isochrone_of_no_sensible_time_is_refused(client: Client, released, limits_s, param):
    answer = within(client, limits_s)
    assert (answer.status_code, answer.json()["param"]) == (422, param)
