"""The site as people meet it: gunicorn over a database of its own, and Debian's Chromium."""

import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.serving import environment_of, manage, serve

LANGUAGES = ("es", "en")
# Drafts in different phases look different.
PAGES_OF_A_KIND = 4
MISSING = "no-such-page/"
# With choices taken; with none left by them; with words that only some texts have, and one misspelt.
SEARCHES = (
    "search/?q=educacion&type=section&theme=equity&theme=education-reform&since=2020-01-31",
    "search/?q=empleo&stance=question&sector=government&theme=equity&since=2026-03-02&until=x",
    "search/?q=maquiladora+capacitasion+zzqx",
    "search/?q=zzqx",
)


@pytest.fixture(scope="session")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site keeps its data."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def site(var: Path) -> Iterator[str]:
    """The address of a server with the demonstration in it, without debugging."""
    environment = environment_of(var)
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "seed_demo", "--force")
    with serve(environment):
        yield environment["BASE_URL"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; it speaks to nobody but the site."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not installed: make tools"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


def opened(context: BrowserContext) -> Iterator[Page]:
    expect.set_options(timeout=10_000)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A desk's screen."""
    yield from opened(
        browser.new_context(base_url=site, viewport={"width": 1280, "height": 900}, locale="es-MX")
    )


@pytest.fixture
def page_no_js(browser: Browser, site: str) -> Iterator[Page]:
    """A small telephone that runs no script."""
    yield from opened(
        browser.new_context(
            base_url=site,
            viewport={"width": 320, "height": 640},
            java_script_enabled=False,
            locale="es-MX",
        )
    )


@pytest.fixture(scope="session")
def receipt(site: str, var: Path) -> str:
    """A receipt's code, as only its respondent and the database know it."""
    with closing(sqlite3.connect(var / "consult.sqlite3")) as database:
        return database.execute("SELECT receipt FROM submissions_submission").fetchone()[0]


@pytest.fixture(scope="session")
def public_pages(site: str, receipt: str) -> dict[str, str]:
    """Addresses and HTML of every kind of public page, in both languages, by following links."""
    waiting = [
        f"{site}/{code}/{path}"
        for code in LANGUAGES
        for path in ("", f"receipt/{receipt}/", *SEARCHES, MISSING)
    ]
    kinds: Counter[str] = Counter()
    pages: dict[str, str] = {}
    while waiting:
        address = waiting.pop(0)
        if address in pages or kinds[kind_of(address)] == PAGES_OF_A_KIND:
            continue
        response = requests.get(address, timeout=20)
        wanted = 404 if address.endswith(MISSING) else 200
        assert response.status_code == wanted, f"{address} answers {response.status_code}"
        if not response.headers["content-type"].startswith("text/html"):
            continue
        kinds[kind_of(address)] += 1
        pages[address] = response.text
        for link in BeautifulSoup(response.text, "html.parser").select("a[href]"):
            target = urldefrag(urljoin(response.url, str(link["href"]))).url
            if target.startswith(tuple(f"{site}/{code}/" for code in LANGUAGES)):
                waiting.append(target)
    return pages


def kind_of(address: str) -> str:
    """Addresses of one kind are drawn by one view: the names and numbers in them do not count."""
    parts = urlsplit(address)
    path = re.sub(r"^(/../(?:groups|themes|evidence))/[^/]+/", r"\1/*/", parts.path)
    path = re.sub(r"^(/../groups/\*)/[^/]+/", r"\1/*/", path)
    return re.sub(r"\d+", "*", path) + ("?" if parts.query else "")
