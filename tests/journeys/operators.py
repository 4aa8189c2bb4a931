"""What operators do in a browser, step by step: for journeys, and for the pictures in the guides."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.serving import Server

NAME, PASSWORD = "mona", "sixteen swift gazelles"
READY_MS = 60_000
QUARTER = re.compile("^(section: Heritage Quarter|قسم: .*التراث.*)$")
LUNCH = {
    "en": ("Lunch on {zone}", "Two courses for the price of one until three."),
    "ar": ("غداء في {zone}", "طبقان بسعر طبق واحد حتى الثالثة."),
    "fr": ("Déjeuner : {zone}", "Deux plats pour le prix d'un jusqu'à trois heures."),
}


def add_operator(server: Server) -> None:
    """Make an operator who may do everything."""
    named = Server(server.url, dict(server.environment) | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD})
    made = named.manage("createsuperuser", "--noinput", "--username", NAME, "--email", "mona@dalil.example")
    said, _ = made.communicate(timeout=60)
    assert made.returncode == 0, said


def sign_in(page: Page, server: Server, *, password: str = PASSWORD, path: str = "/sign-in") -> None:
    """Sign in by keyboard alone: the name has the focus, Tab leads on, Enter sends."""
    page.goto(f"{server.url}{path}", timeout=READY_MS)
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation(timeout=READY_MS):
        page.keyboard.press("Enter")


def start_campaign(page: Page, server: Server, *, without: str = "") -> None:
    """Write a campaign about the Heritage Quarter, but for the title in one language, and press "Save and start"."""
    page.goto(f"{server.url}/admin/notifications/campaign/add/", timeout=READY_MS)
    page.locator("[name=venue]").select_option(index=1)
    page.locator("[name=name]").fill("Lunch")
    quarter = page.locator("[name=zones] option").filter(has_text=QUARTER)
    page.locator("[name=zones]").select_option(value=quarter.get_attribute("value"))
    page.locator("[name=tags]").fill("member, parking_p2")
    for language, (title, body) in LUNCH.items():
        page.locator(f"[name=title_{language}]").fill("" if language == without else title)
        page.locator(f"[name=body_{language}]").fill(body)
    with page.expect_navigation(timeout=READY_MS):
        page.locator("[name=_start]").click()
