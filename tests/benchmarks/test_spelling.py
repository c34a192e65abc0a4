"""Did you mean and completion at size: how often right, how fast; run with -s to read the figures."""

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from consult.search.analysis import fold
from consult.search.engines.whoosh.engine import WhooshEngine
from tests.search.misspelling import MISTAKES

from .corpus import documents
from .figures import percentile, table

SIZE = 20_000
# Mistakes of each kind.
EACH = 200
# Documents that a word is in at least for people to look for it, and its letters.
FREQUENT, LONG = 5, 5


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    engine = WhooshEngine(Path(tmp_path_factory.mktemp("spelling")))
    engine.rebuild(documents(SIZE))
    return engine


def timed(call: Callable[[], object]) -> tuple[object, float]:
    started = time.perf_counter()
    found = call()
    return found, (time.perf_counter() - started) * 1_000


def frequent(engine: WhooshEngine, language: str) -> tuple[list[str], set[str]]:
    """The words that people may look for, and all words there are: both without accents."""
    generation = engine._open()
    assert generation is not None
    counts: dict[str, int] = {}
    for part in generation.parts:
        for word, count in part.segment.vocabulary(language).beginning(""):
            counts[word] = counts.get(word, 0) + count
    words = [w for w, n in counts.items() if n >= FREQUENT and len(w) >= LONG and w.isalpha()]
    return sorted(words), set(counts)


def test_mistakes(engine: WhooshEngine) -> None:
    """A mistake that is a word is none; so is one that only leaves out an accent."""
    for language, mistakes in MISTAKES.items():
        _found, cold = timed(lambda: frequent(engine, language))  # noqa: B023
        words, known = frequent(engine, language)
        chance = random.Random(3)
        times: list[float] = []
        rows, all_right, all_asked = [], 0, 0
        for kind, mistake in mistakes.items():
            right = asked = 0
            for word in chance.sample(words, EACH):
                typed = mistake(word, chance)
                if fold(typed) in known:
                    continue
                found, took = timed(lambda: engine.respell(typed, language))  # noqa: B023
                times.append(took)
                asked += 1
                right += bool(found) and fold(found[0]) == word
            rows.append((kind, str(asked), f"{right / asked:.3f}"))
            all_right, all_asked = all_right + right, all_asked + asked
        rows.append(("all", str(all_asked), f"{all_right / all_asked:.3f}"))
        print(f"\n{language}: {len(known)} words, read in {cold:.0f} ms at first")
        print(table(("mistake", "asked", "right first time"), rows))
        print(f"p50 {statistics.median(times):.2f} ms, p95 {percentile(times, 95):.2f} ms")


def test_completions(engine: WhooshEngine) -> None:
    words, _known = frequent(engine, "es")
    frequent(engine, "en")
    chance = random.Random(4)
    rows = []
    for letters in (1, 2, 3, 5):
        beginnings = [word[:letters] for word in chance.sample(words, EACH)]
        times = [timed(lambda: engine.complete(each, "es"))[1] for each in beginnings]  # noqa: B023
        rows.append(
            (str(letters), f"{statistics.median(times):.2f}", f"{percentile(times, 95):.2f}")
        )
    print()
    print(table(("letters", "p50 ms", "p95 ms"), rows))
