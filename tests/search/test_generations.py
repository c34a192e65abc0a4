"""What a process keeps open and in memory: the newest generation, shared, and nothing for long."""

import gc
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from consult.search.engines.base import Document
from consult.search.engines.whoosh import engine as module
from consult.search.engines.whoosh.cache import OVERHEAD, VALUE, Cache
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.engines.whoosh.postings import read_postings
from consult.search.query import parse
from tests.search.conftest import theme


def document(number: int, text: str = "uno") -> Document:
    return Document(f"comment:{number}", "comment", "", {"es": text}, languages=("es",))


@pytest.fixture
def engine(tmp_path) -> WhooshEngine:
    return WhooshEngine(tmp_path / "index")


def total(engine: WhooshEngine, typed: str) -> int:
    return engine.search(parse(typed), {}).total


def maps() -> list[str]:
    """The segments that this process has mapped."""
    return [line for line in Path("/proc/self/maps").read_text().splitlines() if ".seg" in line]


def test_threads_share_one_generation(engine):
    engine.index([document(1)])
    seen: list[object] = []
    threads = [threading.Thread(target=lambda: seen.append(engine._open())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert len(set(map(id, seen))) == 1


def test_what_no_search_uses_any_more_is_let_go(engine):
    if not Path("/proc/self/maps").exists():
        pytest.skip("only Linux tells what is mapped")
    engine.rebuild([document(n) for n in range(20)])
    gc.disable()
    try:
        before, first = len(maps()), weakref.ref(engine._open().parts[0].segment)
        for n in range(30):
            engine.index([document(n, "dos")])
            assert total(engine, "dos") == n + 1
        held = engine._open()
        engine.rebuild([document(1)])
        assert total(engine, "uno") == 1
        assert held.frequency("text_es", "dos") == 30
        del held
        assert first() is None
        # Each segment that serves, for who reads and for who writes.
        engine.index([document(2)])
        assert len(maps()) <= before + 2 * len(engine._open().parts)
    finally:
        gc.enable()


def test_a_generation_that_is_still_read_keeps_its_files(engine):
    engine.index([document(1, "uno dos")])
    old = engine._open()
    engine.rebuild([document(2, "tres")])
    assert total(engine, "tres") == 1
    assert old.frequency("text_es", "dos") == 1
    assert old.document(0).text == {"es": "uno dos"}


def test_an_answer_is_kept_until_the_index_changes(engine, monkeypatch):
    engine.index([document(1), document(2)])
    kept = engine.search(parse("uno"), {})
    assert engine.search(parse("uno"), {}) is kept
    engine.delete(["comment:1"])
    assert total(engine, "uno") == 1
    engine.index([document(3)])
    assert total(engine, "uno") == 2


@pytest.mark.parametrize(
    "other",
    [
        {"query": parse("uno -tres")},
        {"query": parse('"uno"')},
        {"filters": {"lang": ["en"]}},
        {"facets": ("lang",)},
        {"sort": "newest"},
        {"language": "en"},
        {"limit": 1},
        {"offset": 1},
        {"near": {"comment:3": 0.5}},
        {"without": ["comment:1"]},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_question_gets_another_answer(engine, other):
    engine.index([document(1, "uno"), document(2, "uno dos"), document(3, "uno tres")])
    question = {"query": parse("uno"), "filters": {}}
    assert engine.search(**question) is not engine.search(**question | other)


def test_what_a_themes_vocabulary_adds_makes_another_question(engine):
    engine.index([document(1, "brecha digital"), document(2, "desconexión")])
    codebook = [theme("divide", "", "Digital gap", "desconexión", "brecha digital")]
    assert total(engine, "brecha digital") == 1
    assert engine.search(parse("brecha digital", codebook), {}).total == 2


def test_changes_that_one_tick_of_the_clock_does_not_tell_apart_are_seen(engine, monkeypatch):
    """A file system may give two changes the same time."""
    engine.index([document(0)])
    status = os.stat(engine._serving)
    for n in range(1, 5):
        engine.index([document(n)])
        os.utime(engine._serving, ns=(status.st_mtime_ns, status.st_mtime_ns))
        assert total(engine, "uno") == n + 1


def test_a_look_at_the_directory_is_enough_where_nothing_changed(engine, monkeypatch):
    engine.index([document(1)])
    monkeypatch.setattr(module, "SETTLED", -(10**12))
    assert total(engine, "uno") == 1

    def refuse(place: Path) -> bool:
        raise AssertionError("the names were read")

    monkeypatch.setattr(engine._open(), "is_latest", refuse, raising=False)
    assert total(engine, "uno") == 1
    engine.index([document(2)])
    with pytest.raises(Exception, match="the names were read"):
        total(engine, "uno")


def test_a_child_of_a_process_waits_for_no_thread_of_its_parent(engine):
    engine.index([document(1)])
    assert total(engine, "uno") == 1
    (part,) = engine._open().parts
    with engine._opening, engine._cache._lock, part.segment._lock:
        child = os.fork()
        if not child:
            # Nothing of the parent's: no test goes on in here, and none waits for it for ever.
            signal.alarm(20)
            os._exit(0 if total(engine, "uno") == 1 else 1)
        _child, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_threads_find_the_same_with_nothing_in_memory(engine):
    engine.rebuild(document(n, f"fijo w{n % 10} w{n % 7}") for n in range(200))
    expected = {n: total(engine, f"fijo w{n}") for n in range(10)}
    engine.cache_bytes = 0
    engine._forget()
    wrong: list[object] = []

    def read() -> None:
        for turn in range(40):
            number = turn % 10
            engine._open().results = Cache(0)
            results = engine.search(parse(f"fijo w{number}"), {}, limit=50)
            texts = {f"w{number}" in hit.document.text["es"] for hit in results.hits}
            if results.total != expected[number] or texts != {True}:
                wrong.append((number, results.total))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_cache_keeps_what_was_used_last_within_its_bytes():
    engine_document = document(1, "x" * 1_000)
    cache = Cache(12_000)
    made: list[int] = []

    def make(number: int) -> Callable[[], Document]:
        def made_now() -> Document:
            made.append(number)
            return replace(engine_document, id=f"comment:{number}")

        return made_now

    for number in (1, 2, 1, 3, 1, 4, 1):
        assert cache.get(number, make(number)).id == f"comment:{number}"
        assert cache.nbytes <= cache.limit
    assert made == [1, 2, 3, 4]
    cache.get(2, make(2))
    assert made == [1, 2, 3, 4, 2]


def test_nothing_too_large_stays_in_the_cache():
    cache = Cache(OVERHEAD)
    cache.get("large", lambda: document(1, "x" * 10_000))
    assert cache.nbytes == 0


def test_what_is_asked_and_counted_takes_no_more_than_the_cache_may_hold(engine):
    engine.index([replace(document(1, "uno"), state=f"Estado {n}", id=f"c:{n}") for n in range(50)])
    kept = engine._open().results
    ids = [f"comment:{number}" for number in range(1_000)]
    for word in ("uno", "dos", "tres"):
        engine.search(parse(word), {}, limit=0, without=ids)
    assert sum(map(sys.getsizeof, kept._values)) < 1_000
    assert kept.nbytes >= 3 * OVERHEAD + 50 * VALUE


def test_what_is_left_out_is_looked_up_once_a_set(engine, monkeypatch):
    engine.index([document(1, "uno"), document(2, "uno dos")])
    generation = engine._open()
    looked: list[str] = []
    number_of = generation.number_of
    monkeypatch.setattr(generation, "number_of", lambda id: looked.append(id) or number_of(id))
    for word, without, left in (
        ("uno", ["comment:1"], 1),
        ("dos", ["comment:1"], 1),
        ("dos", ["comment:2", "comment:9"], 0),
        ("uno", [], 2),
        ("uno", ["comment:2", "comment:1"], 0),
    ):
        assert engine.search(parse(word), {}, without=without).total == left
    assert sorted(looked) == ["comment:1", "comment:1", "comment:2", "comment:2", "comment:9"]


def test_damaged_postings_are_an_error():
    with pytest.raises(ValueError, match="damaged"):
        read_postings(memoryview(bytes(100)), 0)
