from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage

from tests.browser.nu import errors_in

WCAG_2_2_AA = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # Asked for by WCAG 2.2, and off unless named.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_public_page(
    browser: Browser, public_pages: dict[str, str], color_scheme: str, width: int
) -> None:
    # The site's policy lets no script of others run, axe's included.
    context = browser.new_context(
        bypass_csp=True, color_scheme=color_scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    found = []
    for address in public_pages:
        page.goto(address)
        found += [
            f"{address} {violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in Axe().run(page, options=WCAG_2_2_AA).response["violations"]
            for node in violation["nodes"]
        ]
    context.close()
    assert not found, "\n".join(found)


def test_no_page_scrolls_sideways_on_a_small_telephone_or_breaks_the_sites_policy(
    browser: Browser, public_pages: dict[str, str]
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    found = []

    def note(message: ConsoleMessage) -> None:
        if "status of 404" not in message.text:  # the page that says "not found" is visited too
            found.append(f"{page.url}: {message.text}")

    page.on("console", note)
    for address in public_pages:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            found.append(f"{address} is {width} pixels wide")
    context.close()
    assert not found, "\n".join(found)


def test_the_nu_validator_finds_no_error_on_any_public_page(
    public_pages: dict[str, str], tmp_path: Path
) -> None:
    assert not (found := errors_in(public_pages, tmp_path)), "\n".join(found)
