"""Operators at work in Chromium: they sign in by keyboard, and read next to a field what keeps a campaign from starting."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import operators
from tests.journeys.serving import Server

pytestmark = pytest.mark.journey


def test_a_manager_signs_in_by_keyboard_and_mends_what_keeps_a_campaign_from_starting(
    browser: Browser, server: Server
) -> None:
    operators.add_operator(server)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ar")
    page = context.new_page()
    operators.sign_in(page, server, password="not mine")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".errornote")).to_be_visible()
    operators.sign_in(page, server)
    assert page.url.endswith("/api/docs")

    operators.start_campaign(page, server, without="ar")
    expect(page.locator(".field-title_ar .errorlist")).to_contain_text("العنوان فارغ")
    expect(page.locator(".errorlist:not(.nonfield)")).to_have_count(1)
    page.locator("[name=title_ar]").fill(operators.LUNCH["ar"][0])
    with page.expect_navigation():
        page.locator("[name=_start]").click()
    expect(page.locator(".messagelist .success").first).to_contain_text("Lunch")
    expect(page.locator(".errorlist")).to_have_count(0)
    context.close()
