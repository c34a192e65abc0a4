"""How fast the site is, with the figures of its peers beside it (measured on such a machine)."""

import gzip
import http.client
import re
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from tests.serving import environment_of, manage, serve

CLIENTS = 8
REQUESTS = 800
SUBMISSIONS = 400
# adhocracy+ at 8 clients: its document page, its lighter paragraph page; comments sent a second.
PEER_DOCUMENT, PEER_PARAGRAPH, PEER_SUBMISSIONS = 5.7, 22.0, 12.0
PEER_WEIGHT = 1_330
DRAFT = "/es/groups/ia-trabajo/treinta/"
PREPARE = """
from consult.pages.actions import set_up_site
from tests.factories import make_draft, make_group, submit
set_up_site()
text = "<p>" + "Toda persona recibirá formación en competencias digitales. " * 8 + "</p>"
sections = [dict(heading_es=f"Apartado {n}", body_es=text, body_en=text) for n in range(30)]
draft = make_draft(make_group("ia-trabajo", "IA y trabajo"), "treinta", sections=sections)
for n in range(200):
    submit(draft, f"Comentario {n}: faltan recursos.", section=n % 30, status="published")
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a draft of 30 sections and 200 comments."""
    environment = environment_of(tmp_path_factory.mktemp("var"))
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "shell", "--command", PREPARE)
    with serve(environment):
        yield environment["BASE_URL"]


def at_once(times: int, ask: Callable[[], None]) -> tuple[float, list[float]]:
    """How many a second when CLIENTS ask `times` in all, and how long each took, in ms."""

    def timed(_number: int) -> float:
        started = time.perf_counter()
        ask()
        return (time.perf_counter() - started) * 1_000

    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        each = sorted(clients.map(timed, range(times)))
    return times / (time.perf_counter() - started), each


def percentiles(each: list[float]) -> str:
    cut = statistics.quantiles(each, n=100)
    return f"p50 {cut[49]:.0f} ms, p99 {cut[98]:.0f} ms"


def test_draft_page(site: str) -> None:
    host = urlsplit(site).netloc

    def read() -> None:
        connection = http.client.HTTPConnection(host)
        connection.request("GET", DRAFT)
        assert connection.getresponse().read()
        connection.close()

    at_once(40, read)
    rate, each = at_once(REQUESTS, read)
    print(f"\ndraft page, 30 sections, 200 comments: {rate:.0f} a second, {percentiles(each)};")
    print(f"  {rate / PEER_DOCUMENT:.0f} × adhocracy+'s document page,", end=" ")
    print(f"{rate / PEER_PARAGRAPH:.1f} × its paragraph page")


def test_weight(site: str) -> None:
    page = requests.get(site + DRAFT, timeout=20)
    parts = [page.content]
    for address in re.findall(
        r'<(?:link|script|img)[^>]*(?:href|src)="(/static/[^"]+)"', page.text
    ):
        parts.append(requests.get(site + address, timeout=20).content)
    weight = sum(len(gzip.compress(part)) for part in parts) / 1_000
    print(f"\nweight of a draft page, compressed: {weight:.1f} kB ({len(parts)} files);", end=" ")
    print(f"adhocracy+: {PEER_WEIGHT:,} kB, {PEER_WEIGHT / weight:.0f} ×")


def test_submissions(site: str) -> None:
    address = f"{DRAFT}take-part/"
    form = requests.get(site + address, timeout=20)
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', form.text)
    assert csrf
    fields = {
        "csrfmiddlewaretoken": csrf[1],
        "block": "0",
        "comment-0-body": "Faltan recursos en la sierra, y sin caminos no hay conexión.",
        "you-respondent_kind": "person",
        "you-privacy": "on",
        "you-publication": "on",
    }
    cookies = "; ".join(f"{name}={value}" for name, value in form.cookies.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}

    def send() -> None:
        connection = http.client.HTTPConnection(urlsplit(site).netloc)
        connection.request("POST", address, urlencode(fields), headers)
        response = connection.getresponse()
        assert response.status == 303, response.read()
        connection.close()

    at_once(16, send)
    rate, each = at_once(SUBMISSIONS, send)
    print(f"\nsubmissions, {CLIENTS} at once: {rate:.0f} a second, {percentiles(each)};", end=" ")
    print(f"{rate / PEER_SUBMISSIONS:.1f} × adhocracy+")
