"""The site as people meet it: gunicorn over a database of its own, and Debian's Chromium."""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("es", "en")
# Drafts in different phases look different.
PAGES_OF_A_KIND = 4
MISSING = "no-such-page/"


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


def environment_of(var: Path) -> dict[str, str]:
    """The environment of a site that keeps its data in `var`, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "consult.settings.development",
        "DEBUG": "0",
        "VAR_DIR": str(var),
        "DATABASE_URL": f"sqlite:///{var / 'consult.sqlite3'}",
        "SEARCH_INDEX_DIR": str(var / "index"),
        # One machine visits every page and sends every form.
        "SUBMISSION_BURST": "0",
        "SUBMISSIONS_PER_HOUR": "0",
        "RECEIPT_LOOKUPS_PER_HOUR": "0",
        "BASE_URL": f"http://127.0.0.1:{port}",
    }


def manage(environment: dict[str, str], *command: str) -> str:
    """What a command of the site says; raises if it fails."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@contextmanager
def serve(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server of the site that answers, at the head of a process group of its own."""
    bind = environment["BASE_URL"].removeprefix("http://")
    with Path(environment["VAR_DIR"], "gunicorn.log").open("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", bind, "consult.wsgi"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_for(f"{environment['BASE_URL']}/es/", server)
            yield server
        finally:
            server.terminate()
            server.wait(30)
            log.seek(0)
            # Shown by pytest beside a test that failed.
            sys.stderr.write(log.read())


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return when `address` is served; raise if the server ends or a minute has passed."""
    for _attempt in range(600):
        try:
            requests.get(address, timeout=20).raise_for_status()
            return
        except requests.ConnectionError:
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with {server.returncode}") from None
            time.sleep(0.1)
    raise TimeoutError(address)


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
        for path in ("", f"receipt/{receipt}/", "search/?q=educacion", "search/?q=zzqx", MISSING)
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
