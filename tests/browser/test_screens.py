"""Our own screens in the administration, and each respondent's pages: axe, Nu, and a telephone.

Wagtail's menu and head around a screen are Wagtail's: what is looked at is the screen's main part.
"""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import PAGES_OF_A_KIND, kind_of
from tests.browser.nu import errors_in
from tests.browser.test_accessibility import WCAG_2_2_AA

# Who, and where what they may open begins.
PEOPLE = {
    "chair1": [
        "/admin/comments/?status=all",
        "/admin/comments/dashboard/",
        "/admin/comments/desk/",
        "/admin/saved-searches/?q=datos",
    ],
    "clerk": ["/admin/entries/"],
    "staff": ["/admin/data-requests/", "/admin/privacy-notice/"],
}
OURS = (
    "/admin/comments/",
    "/admin/entries/",
    "/admin/data-requests/",
    "/admin/privacy-notice/",
    "/admin/saved-searches/",
)
PASSWORD = "consulta-demo"


def signed_in(context: BrowserContext, username: str) -> Page:
    page = context.new_page()
    page.goto("/admin/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/admin/")
    return page


def screens_of(page: Page, site: str, username: str) -> dict[str, str]:
    """Addresses and HTML of our screens that lead from where `username` begins."""
    waiting = [site + path for path in PEOPLE[username]]
    kinds: Counter[str] = Counter()
    screens: dict[str, str] = {}
    while waiting:
        address = waiting.pop(0)
        if address in screens or kinds[kind_of(address)] == PAGES_OF_A_KIND:
            continue
        response = page.request.get(address)
        assert response.ok, f"{address} answers {response.status}"
        if not response.headers["content-type"].startswith("text/html"):
            continue
        kinds[kind_of(address)] += 1
        screens[address] = response.text()
        for link in BeautifulSoup(screens[address], "html.parser").select("main a[href]"):
            target = urldefrag(urljoin(response.url, str(link["href"]))).url
            if urlsplit(target).path.startswith(OURS) and "export=" not in target:
                waiting.append(target)
    return screens


def faults_seen(page: Page, addresses: list[str], within: str | None = None) -> list[str]:
    """What axe finds in the pages, and which of them are wider than the window."""
    found = []
    for address in addresses:
        page.goto(address)
        # What appears by and by is pale at first.
        page.add_style_tag(content="* { transition: none !important }")
        violations = Axe().run(page, context=within, options=WCAG_2_2_AA).response["violations"]
        found += [
            f"{address} {violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in violations
            for node in violation["nodes"]
        ]
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if width > 0:
            found.append(f"{address} is {width} pixels too wide")
    return found


@pytest.mark.parametrize("username", PEOPLE)
@pytest.mark.parametrize(("width", "color_scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_our_screens(
    browser: Browser, site: str, username: str, width: int, color_scheme: str
) -> None:
    context = browser.new_context(
        base_url=site,
        bypass_csp=True,
        color_scheme=color_scheme,
        viewport={"width": width, "height": 900},
    )
    page = signed_in(context, username)
    found = faults_seen(page, list(screens_of(page, site, username)), within="main")
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("username", PEOPLE)
def test_the_nu_validator_finds_no_error_on_our_screens(
    browser: Browser, site: str, username: str, tmp_path: Path
) -> None:
    context = browser.new_context(base_url=site)
    screens = screens_of(signed_in(context, username), site, username)
    context.close()
    assert len(screens) >= 2
    mains = {address: main_alone(html) for address, html in screens.items()}
    found = [
        error for error in errors_in(mains, tmp_path) if not any(each in error for each in WAGTAILS)
    ]
    assert not found, "\n".join(found)


# What Wagtail's own parts of a screen are made of: its drop-downs, filters, dates, hidden fields.
WAGTAILS = (
    "Attribute “type” not allowed on element “div”",
    "Element “div” not allowed as child of element “button”",
    "Bad value “alert” for attribute “role” on element “h2”",
    "The value of the “for” attribute of the “label” element must be the ID of a non-hidden",
    "A fraction of a second must be one, two, or three digits",
    "Attribute “required” ",
)


def main_alone(html: str) -> str:
    """A document of nothing but the main part of a page."""
    main = str(BeautifulSoup(html, "html.parser").main)
    return (
        f'<!DOCTYPE html><html lang="es"><head><title>Main</title></head><body>{main}</body></html>'
    )


@pytest.fixture(scope="session")
def own_pages(site: str, var: Path) -> list[str]:
    """The pages of respondents whose comments stand in every state there is."""
    with closing(sqlite3.connect(var / "consult.sqlite3")) as database:
        rows = database.execute(
            "SELECT max(s.receipt), max(c.id) FROM submissions_comment c"
            " JOIN submissions_submission s ON s.id = c.submission_id"
            " GROUP BY c.status, s.draft_id"
        ).fetchall()
    return [
        f"{site}/{code}/receipt/{path}"
        for code in ("es", "en")
        for path in (
            "forgotten/",
            *(f"{receipt}/" for receipt, _number in rows),
            *(f"{receipt}/comments/{number}/" for receipt, number in rows),
        )
    ]


@pytest.mark.parametrize(("width", "color_scheme"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_a_respondents_pages(
    browser: Browser, own_pages: list[str], width: int, color_scheme: str
) -> None:
    context = browser.new_context(
        bypass_csp=True, color_scheme=color_scheme, viewport={"width": width, "height": 900}
    )
    found = faults_seen(context.new_page(), own_pages)
    context.close()
    assert not found, "\n".join(found)


def test_the_nu_validator_finds_no_error_on_a_respondents_pages(
    browser: Browser, own_pages: list[str], tmp_path: Path
) -> None:
    context = browser.new_context()
    pages = {address: context.request.get(address).text() for address in own_pages}
    context.close()
    assert not (found := errors_in(pages, tmp_path)), "\n".join(found)
