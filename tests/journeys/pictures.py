"""Draws what operators see for the guides, and the site's icons: `python -m tests.journeys.pictures`.

It serves the demo district from a folder of its own and looks at it with Chromium, as the journeys do.
"""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.journeys import operators
from tests.journeys.conftest import FLAGS
from tests.journeys.serving import ROOT, Server, serving

IMAGES = ROOT / "docs" / "images"
PUBLIC = ROOT / "web" / "public"
ICON_SIZES = (
    192,
    512,
)  # what browsers ask of a site that is to be installed (W3C Web App Manifest); the smaller is shown with messages
LANGUAGES = {"en": "en-GB", "ar": "ar"}


def draw_icons(browser: Browser) -> None:
    """Draw the icon's SVG as PNG: notifications show no SVG."""
    drawing = (PUBLIC / "icon.svg").read_text()
    for size in ICON_SIZES:
        page = browser.new_page(viewport={"width": size, "height": size})
        page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
        page.screenshot(path=PUBLIC / f"icon-{size}.png", omit_background=True)
        page.close()


def draw_admin(browser: Browser, server: Server) -> None:
    """Draw the form of a campaign, with what keeps it from starting next to its field, in both directions of writing."""
    operators.add_operator(server)
    for language, locale in LANGUAGES.items():
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=locale)
        page = context.new_page()
        operators.sign_in(page, server, path="/admin/login/")
        operators.start_campaign(page, server, without="ar")
        page.locator(".field-title_ar").scroll_into_view_if_needed()
        page.evaluate(
            "document.querySelector('.field-title_ar').closest('fieldset').previousElementSibling.scrollIntoView()"
        )
        page.screenshot(path=IMAGES / f"admin-campaign-{language}.png")
        context.close()


def draw_trial(server: Server) -> None:
    """Draw five tried walks on the map: who would have got what, and where."""
    arguments = ("try_campaign", "msheireb", "Welcome to the Heritage Quarter", "--from", "Barahat Msheireb")
    tried = server.manage(
        *arguments, "--to", "Bin Jelmood House", "--count", "5", "--plot", str(IMAGES / "campaign-trial.png")
    )
    said, _ = tried.communicate(timeout=600)
    assert tried.returncode == 0, said


def main() -> None:
    executable = chromium.executable()
    if executable is None:
        raise SystemExit(chromium.main())
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        draw_icons(browser)
        with serving(os.environ | {"DALIL_DATA_ROOT": str(Path(folder))}) as server:
            draw_admin(browser, server)
            draw_trial(server)
        browser.close()


if __name__ == "__main__":
    main()
