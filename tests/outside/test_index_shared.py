"""Processes and threads search one index while another writes to it: no error and no wrong answer.

INDEX_SECONDS says for how long (5).
"""

import multiprocessing
import os
import random
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from consult.search.engines.base import Document
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.query import parse

SECONDS = float(os.environ.get("INDEX_SECONDS", "5"))
PROCESSES, THREADS = 4, 16
# Documents that never change, of so many kinds; that are always replaced; that come and go.
STILL, KINDS, MOVING, GUESTS = 2_000, 50, 100, 20
# Commits between two rebuilds.
REBUILDS = 200
# Megabytes that a process may grow in the second half.
GROWTH = 40

fork = multiprocessing.get_context("fork")


def document(name: str, text: str) -> Document:
    return Document(f"comment:{name}", "comment", "", {"es": text}, themes=("equity",))


def still() -> list[Document]:
    return [document(f"s{n}", f"fijo kind{n % KINDS}") for n in range(STILL)]


class Guests:
    """Documents of which each stays for a while: those up to `come` did, those up to `gone` went."""

    def __init__(self) -> None:
        self.come = fork.Value("q", 0)
        self.gone = fork.Value("q", 0)


def megabytes() -> float:
    """What this process has in memory that no file backs."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def read(directory: Path, guests: Guests, end: float, told: Any) -> None:
    """Search in several threads until `end`; tell how often, what went wrong, and the memory."""
    engine = WhooshEngine(directory)
    wrong: list[str] = []
    counts = [0] * THREADS
    memory = []

    def search(typed: str) -> tuple[int, list[str]]:
        results = engine.search(parse(typed), {}, limit=STILL)
        names = [hit.document.id.partition(":")[2] for hit in results.hits]
        counted = results.facets["theme"].get("equity", 0)
        if not results.total == len(names) == len(set(names)) == counted:
            wrong.append(f"{typed}: {results.total}, {len(set(names))}, {counted}")
        return results.total, names

    def once(chance: random.Random) -> None:
        kind = chance.randrange(KINDS)
        total, names = search(f"fijo kind{kind}")
        if total != STILL // KINDS or any(int(name[1:]) % KINDS != kind for name in names):
            wrong.append(f"kind{kind}: {total}")
        total, _names = search("movil")
        if total != MOVING:
            wrong.append(f"movil: {total}")
        come, gone = guests.come.value, guests.gone.value
        _total, names = search("huesped")
        there = {int(name[1:]) for name in names}
        if there and min(there) <= gone:
            wrong.append(f"deleted, and found: {min(there)} of {gone}")
        # One more may be on its way out.
        if missing := set(range(guests.gone.value + 2, come + 1)) - there:
            wrong.append(f"visible, and not found: {missing}")

    def run(place: int) -> None:
        chance = random.Random(place)
        while time.monotonic() < end:
            try:
                once(chance)
            except Exception as error:
                wrong.append(repr(error))
            counts[place] += 3

    threads = [threading.Thread(target=run, args=(place,)) for place in range(THREADS)]
    half = time.monotonic() + (end - time.monotonic()) / 2
    for thread in threads:
        thread.start()
    while time.monotonic() < half:
        time.sleep(0.1)
    memory.append(megabytes())
    for thread in threads:
        thread.join()
    memory.append(megabytes())
    told.put((sum(counts), wrong, memory))


def write(engine: WhooshEngine, guests: Guests, end: float) -> list[float]:
    """Change the index until `end`; how many seconds each commit took."""
    chance = random.Random(1)
    moving = {n: document(f"m{n}", f"movil v0 n{n}") for n in range(MOVING)}
    times: list[float] = []

    def commit(change: Callable[..., Any], *given: Any) -> None:
        began = time.perf_counter()
        change(*given)
        times.append(time.perf_counter() - began)

    def guest(number: int) -> Document:
        return document(f"g{number}", "huesped")

    number = 0
    while time.monotonic() < end:
        number += 1
        commit(engine.index, [guest(number)])
        guests.come.value = number
        some = {n: document(f"m{n}", f"movil v{number} n{n}") for n in chance.sample(range(99), 5)}
        moving |= some
        commit(engine.index, list(some.values()))
        if number > GUESTS:
            commit(engine.delete, [f"comment:g{number - GUESTS}"])
            guests.gone.value = number - GUESTS
        if number % REBUILDS == 0:
            there = [guest(n) for n in range(guests.gone.value + 1, number + 1)]
            engine.rebuild([*still(), *moving.values(), *there])
    return times


def test_many_readers_and_one_writer(tmp_path: Path):
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild([*still(), *(document(f"m{n}", f"movil v0 n{n}") for n in range(MOVING))])
    guests, told = Guests(), fork.Queue()
    end = time.monotonic() + SECONDS
    readers = [
        fork.Process(target=read, args=(engine.directory, guests, end, told))
        for _ in range(PROCESSES)
    ]
    for reader in readers:
        reader.start()
    times = write(engine, guests, end)
    found = [told.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(60)
        assert reader.exitcode == 0
    searches = sum(count for count, _wrong, _memory in found)
    print(
        f"\n{searches} searches in {PROCESSES} processes of {THREADS} threads, {len(times)} commits"
    )
    print(
        f"commit: median {statistics.median(times) * 1e3:.1f} ms, longest {max(times) * 1e3:.1f} ms"
    )
    for _count, wrong, memory in found:
        print(f"memory: {memory[0]:.0f} MB half way, {memory[1]:.0f} MB at the end")
        assert wrong == []
        assert memory[1] - memory[0] < GROWTH
    assert searches
    assert len(times) > 3
