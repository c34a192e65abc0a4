"""The search page over many comments at several readers, beside it on Wagtail's database backend.

Both are the same page, template and excerpts, served at once from one database and asked in turns; only
the engine differs. COMMENTS is how many there are (100000 if unset); the peer is asked for a while only.
BENCH_OUT is a file that the table is added to.
"""

import http.client
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.benchmarks.corpus import documents
from tests.benchmarks.figures import percentile, said, table
from tests.benchmarks.questions import ALL_FACETS, EXCERPTS, ONE_WORD, TWO_WORDS, Asker
from tests.serving import environment_of, manage, serve

COMMENTS = int(os.environ.get("COMMENTS", "100000"))
CLIENTS = 8
# Different pages asked of us; the peer is asked as many as it answers in so many seconds.
PAGES = 400
PATIENCE = 90.0
OURS, PEER = "ours", "Wagtail's database backend"
FIRST, AGAIN = "asked for the first time", "asked again"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Two servers of one database: the addresses of their search pages."""
    next(documents(1))
    var: Path = tmp_path_factory.mktemp("var")
    ours = environment_of(var) | {"WORKER": "0", "LOG_LEVEL": "WARNING"}
    peer = ours | {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.wagtail_settings",
        "BASE_URL": environment_of(var)["BASE_URL"],
    }
    manage(ours, "migrate", "--verbosity=0")
    for name, environment, command in (
        ("filled", ours, ("shell", "-c", f"from tests.benchmarks.crowd import fill; fill({COMMENTS})")),
        ("indexed", ours, ("rebuild_index",)),
        ("indexed for Wagtail", peer, ("rebuild_index",)),
        ("analysed", ours, ("shell", "-c", "from django.db import connection as c; c.cursor().execute('ANALYZE')")),
    ):  # fmt: skip
        started = time.perf_counter()
        manage(environment, *command)
        print(f"\n{COMMENTS:,} comments {name} in {time.perf_counter() - started:.0f} s", end="")
    with serve(ours), serve(peer):
        yield {OURS: ours["BASE_URL"], PEER: peer["BASE_URL"]}


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """What readers ask: words, some on a theme; each page once."""
    asked = Asker(list(documents(min(COMMENTS, 20_000)))).questions(PAGES)
    kinds = (ONE_WORD, TWO_WORDS, ALL_FACETS, EXCERPTS)
    questions = [asked[kinds[turn % len(kinds)]][turn] for turn in range(PAGES)]
    texts = [{"q": each.text} | ({"theme": each.theme} if each.theme else {}) for each in questions]
    return list(dict.fromkeys(f"/es/search/?{urlencode(text)}" for text in texts))


def read(address: str) -> float:
    """Milliseconds that a page takes, with its facets and excerpts."""
    parts = urlsplit(address)
    started = time.perf_counter()
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    connection.request("GET", f"{parts.path}?{parts.query}")
    response = connection.getresponse()
    page = response.read()
    connection.close()
    took = 1_000 * (time.perf_counter() - started)
    assert response.status == 200
    assert b'name="stance"' in page or b"<mark>" not in page
    return took


def ask(site: str, pages: Sequence[str]) -> list[float]:
    """How long each of `pages` takes when CLIENTS read at once."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(read, [site + page for page in pages]))


def test_search_page(sites: dict[str, str], pages: list[str]) -> None:
    for site in sites.values():
        ask(site, ["/es/"] * CLIENTS)
    times: dict[tuple[str, str], list[float]] = {}
    spent = 0.0
    for start in range(0, len(pages), CLIENTS):
        some = pages[start : start + CLIENTS]
        for name, site in sites.items():
            if name == PEER and spent > PATIENCE:
                continue
            started = time.perf_counter()
            times.setdefault((name, FIRST), []).extend(ask(site, some))
            spent += (time.perf_counter() - started) * (name == PEER)
        times.setdefault((OURS, AGAIN), []).extend(ask(sites[OURS], some))
    rows = []
    peer = times[PEER, FIRST]
    for (name, when), each in times.items():
        ratios = [percentile(peer, p) / percentile(each[: len(peer)], p) for p in (50, 99)]
        rows.append(
            [
                f"{name}, {when}",
                f"{len(each)}",
                *(f"{said(percentile(each, p))}" for p in (50, 99)),
                *(f"{said(ratio)} ×" for ratio in ratios),
            ]
        )
    heads = [f"{COMMENTS:,} comments, {CLIENTS} readers", "pages", "p50, ms", "p99, ms"]
    words = table([*heads, "Wagtail's p50 beside it", "p99"], rows)
    print(f"\n\n{words}")
    if out := os.environ.get("BENCH_OUT"):
        with Path(out).open("a", encoding="utf-8") as file:
            file.write(f"\n{words}\n")
