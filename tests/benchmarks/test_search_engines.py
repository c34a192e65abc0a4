"""Our search beside what one would pick instead: `make bench-search` prints the tables, in Markdown.

Every question goes round all systems before the next one is asked, so that what else the machine does
falls on all alike; the ratios count, not the figures. BENCH_SIZES are the numbers of documents
("1000 10000 100000" if unset), BENCH_OUT a file that the tables are written to as well.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from consult.search.analysis import fold
from tests.benchmarks.corpus import documents
from tests.benchmarks.figures import Checks, Measures, growth, growth_of
from tests.benchmarks.ours import AGAIN, COLD, STARTED, WARM, Ours
from tests.benchmarks.peers import Question, Stock, System, Tantivy
from tests.benchmarks.questions import (
    ALL_FACETS,
    COMPLETION,
    COUNTED,
    EXCERPTS,
    ON_THEME,
    ONE_WORD,
    PHRASE,
    TWO_WORDS,
    Asker,
)
from tests.benchmarks.sql_peers import PostgreSQL, SQLite

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "1000 10000 100000").split()]
QUESTIONS = 40
UPDATES = 30
ACCENTED = 8
BUILD, COMMIT, VISIBLE = "documents indexed a second", "update, committed", "found after that"
RECALL = "accented words found without accents, %"
KINDS: list[type[System]] = [Stock, SQLite, PostgreSQL, Tantivy, Ours]
NAMES = [*(kind.name for kind in KINDS if kind is not Ours), STARTED, COLD, WARM, AGAIN]


def timed(action: Callable[[], object]) -> float:
    """Milliseconds that `action` takes."""
    started = time.perf_counter()
    action()
    return 1_000 * (time.perf_counter() - started)


def round_of(systems: list[System], turn: int) -> list[System]:
    """Who is asked in this turn: each begins a round as often as any other."""
    start = turn % len(systems)
    asked = systems[start:] + systems[:start]
    return [system for system in asked if turn < system.patience]


def update(systems: list[System], asker: Asker, measures: Measures) -> None:
    """Change one document after another, and look for what changed."""
    for turn in range(UPDATES):
        old = asker.documents[turn * 37 % measures.size]
        word = f"actualizado{turn}"
        new = replace(old, text={code: f"{text} {word}" for code, text in old.text.items()})
        for system in round_of(systems, turn):
            measures.note(COMMIT, system.name, timed(lambda: system.update(new)))  # noqa: B023
            replies = []
            question = Question((word,), "es")
            took = timed(lambda: replies.append(system.ask(question)))  # noqa: B023
            measures.note(VISIBLE, system.name, took)
            assert [reply.ids for reply in replies] == [[new.id]], system.name


def ask(systems: list[System], asker: Asker, measures: Measures) -> None:
    """Ask everybody everything."""
    totals: dict[str, list[int]] = {}
    for kind, questions in asker.questions(QUESTIONS).items():
        for turn, question in enumerate(questions):
            for system in round_of(systems, turn):
                if kind == COMPLETION:
                    if system.completes:
                        given = (question.words[0], question.language)
                        took = timed(lambda: system.complete(*given))  # noqa: B023
                        measures.note(kind, system.name, took)
                    continue
                if isinstance(system, Ours):
                    system.restart()
                    measures.note(kind, STARTED, timed(lambda: system.ask(question)))  # noqa: B023
                    system.forget()
                    measures.note(kind, COLD, timed(lambda: system.ask(question)))  # noqa: B023
                    system.forget_answers()
                replies = []
                took = timed(lambda: replies.append(system.ask(question)))  # noqa: B023
                measures.note(kind, system.name, took)
                if isinstance(system, Ours):
                    measures.note(kind, AGAIN, timed(lambda: system.ask(question)))  # noqa: B023
                if kind == ONE_WORD:
                    totals.setdefault(system.name, []).append(replies[0].total)
    for name, found in totals.items():
        measures.fact("hits of the first words asked", name, sum(found[: Stock.patience]))


def recall(systems: list[System], asker: Asker, measures: Measures) -> None:
    """How many documents with an accented word are found without typing the accent."""
    holders = asker.accented(ACCENTED)
    for system in systems:
        found = sum(
            len(held & set(system.ask(Question((fold(word),), "es", limit=None)).ids))
            for word, held in holders.items()
        )
        measures.fact(RECALL, system.name, 100 * found / sum(map(len, holders.values())))


def measure(size: int, systems: list[System]) -> Measures:
    """All that there is to measure with `size` documents."""
    asker = Asker(list(documents(size)))
    measures = Measures(size)
    for system in systems:
        took = timed(lambda: system.build(asker.documents))  # noqa: B023
        measures.fact(BUILD, system.name, size / took * 1_000)
        print(f"{system.name}: {size:,} documents in {took / 1_000:.1f} s")
    for system in systems:
        measures.fact("on disk, MB", system.name, system.size() / 1e6)
    update(systems, asker, measures)
    ask(systems, asker, measures)
    recall(systems, asker, measures)
    for system in systems:
        if isinstance(system, Ours):
            questions = [each for kind in asker.questions(6).values() for each in kind]
            hits, differing = system.differing_scores(questions[:18])
            measures.fact("scores compared with stock Whoosh's", WARM, hits)
            measures.fact("scores that differ", WARM, differing)
            measures.fact("memory after all questions, MB", WARM, system.memory(questions) / 1e6)
        system.close()
    return measures


def checks(small: Measures, large: Measures) -> str:
    """The numbers that design asks for, one a line."""
    found = Checks()
    for name, least in ((WARM, 1_000), (COLD, 50)):
        ratio = large.ratio(ALL_FACETS, name, Stock.name)
        found.least(f"{ALL_FACETS}: {name} at least {least:,} × stock Whoosh", ratio, least)
    for name, most in ((COLD, 15.0), (WARM, 1.0)):
        found.most(
            f"{ALL_FACETS}: {name} p95 at most {most:.0f} ms", large.p95(ALL_FACETS, name), most
        )
    for kind in (ONE_WORD, TWO_WORDS, PHRASE, ON_THEME, COUNTED, ALL_FACETS, EXCERPTS):
        for other in (SQLite.name, PostgreSQL.name):
            ratio = large.ratio(kind, WARM, other)
            found.least(f"{kind}: warm at least level with {other}", ratio, 1.0)
        ratio = large.ratio(kind, Tantivy.name, WARM)
        found.most(f"{kind}: warm within 5 × of tantivy's time", ratio, 5.0)
    builds = large.facts[BUILD]
    found.least("build at least 4 × stock Whoosh", builds[WARM] / builds[Stock.name], 4)
    found.most("commit p50 at most 15 ms", large.median(COMMIT, WARM), 15)
    found.most("commit grows less than n^0.1", growth_of(small, large, COMMIT, WARM), 0.1)
    found.most("found at most 20 ms after a commit (p95)", large.p95(VISIBLE, WARM), 20)
    found.least("every accented word found without accents, %", large.facts[RECALL][WARM], 100)
    found.most("no score differs from stock Whoosh's", large.facts["scores that differ"][WARM], 0)
    return "\n".join(found.lines)


def test_beside_its_peers(tmp_path: Path) -> None:
    pytest.importorskip("tantivy", reason="tantivy is not installed: make bench-search")
    here = [kind for kind in KINDS if kind is not PostgreSQL or PostgreSQL.available()]
    measured = [
        measure(size, [kind(tmp_path / f"{size}-{kind.__name__}") for kind in here])
        for size in SIZES
    ]
    small, large = measured[0], measured[-1]
    names = [name for name in NAMES if name in large.times[ONE_WORD]]
    peers = [name for name in names if not name.startswith("ours")]
    parts = [
        *(each.table(names) for each in measured),
        large.ratios(WARM, peers),
        large.ratios(COLD, peers),
        growth(small, large, names),
        checks(small, large),
    ]
    if not PostgreSQL.available():
        parts.append("PostgreSQL: not here (see .ci/with-postgresql).")
    words = "\n\n".join(parts)
    print(f"\n{words}")
    if out := os.environ.get("BENCH_OUT"):
        Path(out).write_text(f"{words}\n", encoding="utf-8")
