"""A visitor on the website, from the first search to the welcome."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.serving import Server

pytestmark = pytest.mark.journey

READY_MS = 60_000  # a map drawn in software, on a busy machine


def choose(page: Page, box: str, words: str) -> None:
    """Type into a search box and take the first suggestion, with the keyboard alone."""
    page.get_by_test_id(box).fill(words)
    expect(page.get_by_test_id("suggestion").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_finds_a_museum_and_the_way_to_it_from_under_the_street(page: Page, server: Server) -> None:
    page.goto(server.url)
    choose(page, "search-input", "Bin Jelmood")
    expect(page.get_by_test_id("place-card")).to_contain_text("Bin Jelmood House", timeout=READY_MS)
    page.get_by_test_id("route-button").click()
    choose(page, "from-input", "Red Line platform")
    steps = page.get_by_test_id("step")
    expect(steps.first).to_be_visible(timeout=READY_MS)
    expect(steps.filter(has_text=re.compile("lift|escalator|stairs", re.IGNORECASE)).first).to_be_visible()
    expect(steps.last).to_contain_text("Bin Jelmood House")


def test_goes_on_though_what_the_address_names_is_known_late(page: Page, server: Server) -> None:
    found = httpx.get(f"{server.url}/api/v1/venues/msheireb/places", params={"q": "Noor Law Office"}).json()
    late: list[Route] = []
    page.route(re.compile(r"/places/[-0-9a-f]{36}"), lambda route: late.append(route))
    with page.expect_request(re.compile(r"/places/[-0-9a-f]{36}"), timeout=READY_MS):
        page.goto(f"{server.url}#place={found['features'][0]['id']}")
    choose(page, "search-input", "Bin Jelmood")
    page.get_by_test_id("route-button").click()
    with page.expect_response(re.compile(r"/places/[-0-9a-f]{36}")):
        late[0].continue_()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_test_id("from-input")).to_be_visible()
    expect(page.get_by_test_id("place-card")).to_have_count(0)


def test_finds_the_same_way_in_arabic_from_right_to_left(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.get_by_test_id("language-ar").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    choose(page, "search-input", "بيت بن جلمود")
    expect(page.get_by_test_id("place-card")).to_contain_text("بيت بن جلمود", timeout=READY_MS)


@pytest.fixture
def walked(server: Server) -> Iterator[str]:
    """A simulated visitor on the way from the metro to the museum; the value is the link to watch them."""
    walking = server.manage(
        "simulate_visitor", "msheireb", "--from", "Msheireb Metro", "--to", "Bin Jelmood House",
        "--speed", "12", "--server", server.url,
    )  # fmt: skip
    assert walking.stdout is not None
    link = next((found.group() for line in walking.stdout if (found := re.search(r"http\S+#follow=\S+", line))), None)
    assert link, "the simulated visitor gave no link"
    yield link
    rest, _ = walking.communicate(timeout=300)
    assert walking.returncode == 0, rest
    assert "Arrived." in rest, rest


def test_sees_the_dot_of_a_simulated_visitor_move_and_the_welcome_appear(page: Page, walked: str) -> None:
    page.goto(walked)
    dot = page.get_by_test_id("live-dot")
    expect(dot).to_be_visible(timeout=READY_MS)
    place = dot.get_attribute("data-lng")
    page.wait_for_function(
        'before => document.querySelector("[data-testid=live-dot]").dataset.lng !== before',
        arg=place,
        timeout=READY_MS,
    )
    expect(page.get_by_test_id("message-toast").first).to_contain_text("Heritage Quarter", timeout=180_000)
