"""Messages that reach a visitor while the site is closed, in real Chromium; only its makers' push service is stood in for."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.serving import Server

pytestmark = pytest.mark.journey

READY_MS = 60_000
# Headless Chromium refuses to subscribe, as no push service is there: what it would have got, with RFC 8291's example keys.
SUBSCRIBES = """
PushManager.prototype.subscribe = async () => ({
  unsubscribe: async () => true,
  toJSON: () => ({endpoint: "https://fcm.googleapis.com/fcm/send/closed", keys: {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "BTBZMqHH6r4Tts7J_aSIgg"}})});
"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({title, body, lang, dir, tag}) => ({title, body, lang, dir, tag}))"""


def test_a_visitor_asks_for_messages_and_a_resend_is_shown_once(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ar", permissions=["notifications"])
    context.add_init_script(SUBSCRIBES)
    page = context.new_page()
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("dir", "rtl", timeout=READY_MS)
    expect(page.get_by_test_id("push-open")).to_have_count(0)  # nothing is asked of whom nobody knows
    page.get_by_test_id("locate-button").click(timeout=READY_MS)
    page.get_by_test_id("consent-yes").click()
    page.get_by_test_id("push-open").focus()
    page.keyboard.press("Enter")
    assert not page.evaluate("navigator.serviceWorker.getRegistration('/').then(Boolean)")
    with page.expect_request("**/visitors/me/devices") as sent:
        page.get_by_test_id("push-on").click()
    assert sent.value.response().status == 201
    expect(page.get_by_test_id("push-off")).to_be_visible()

    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    devtools = context.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(found["registrationId"] for found in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    message = {
        "id": "3f0c1f1e-0000-4000-8000-000000000001", "seq": 1, "tag": "lunch", "language": "ar", "title": "غداء",
        "body": "في الساحة", "image": None, "link": "/#place",
    }  # fmt: skip
    for body in ("في الساحة", "في الساحة الآن"):
        pushed = {
            "origin": server.url,
            "registrationId": registrations[0],
            "data": json.dumps(message | {"body": body}),
        }
        with context.expect_event("request", lambda request: request.url.endswith("/displayed")):
            devtools.send("ServiceWorker.deliverPushMessage", pushed)
    shown = page.evaluate(SHOWN)
    assert shown == [{"title": "غداء", "body": "في الساحة الآن", "lang": "ar", "dir": "rtl", "tag": "lunch"}]
    context.close()
