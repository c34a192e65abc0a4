"""The executor beside stock Whoosh: the same documents, scores, order and counts, whatever happened."""

import tempfile
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from consult.search.engines.base import FACETS, Document
from consult.search.engines.whoosh import writing
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.engines.whoosh.generation import NAME
from consult.search.engines.whoosh.schema import schema
from consult.search.engines.whoosh.storage import Codec
from consult.search.enums import Sort
from consult.search.query import Asks, Clause, Query, Word, words_of
from tests.search import stock

START = datetime(2025, 12, 29, tzinfo=UTC)
WORDS = (
    "educación", "educacion", "educar", "año", "ano", "brecha", "digital", "rural", "la", "de",
    "training", "divide", "the", "café",
)  # fmt: skip
# What several texts say and several questions ask, or phrases would hardly ever be found.
PHRASES = ("brecha digital", "la brecha digital", "digital rural")
THEMES = ("equity", "ethics", "jobs")
STANCES = ("support", "oppose", "amend")
NUMBERS = st.integers(0, 25)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document of few words, so that others are like it."""
    texts = st.lists(st.sampled_from((*WORDS, *PHRASES)), max_size=7).map(" ".join)
    languages = draw(st.sampled_from((("es",), ("en",), ("und",), ("es", "en"))))
    day = draw(st.none() | st.integers(0, 5))
    return Document(
        id=f"comment:{draw(NUMBERS)}",
        type=draw(st.sampled_from(("comment", "section"))),
        url="",
        text={code: draw(texts) for code in languages},
        title={"es": draw(texts)} if draw(st.booleans()) else {},
        languages=languages,
        themes=tuple(draw(st.lists(st.sampled_from(THEMES), unique=True, max_size=3))),
        stance=draw(st.sampled_from(("", *STANCES))),
        date=None if day is None else START + timedelta(days=day),
    )


IDS = st.lists(NUMBERS.map("comment:{}".format), max_size=8)
CLOSE = st.dictionaries(
    NUMBERS.map("comment:{}".format), st.sampled_from((0.2, 0.3, 0.7)), max_size=8
)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("index"), st.lists(documents(), min_size=1, max_size=12)),
        st.tuples(st.just("delete"), IDS),
        st.tuples(st.just("rebuild"), st.lists(documents(), max_size=25)),
        st.tuples(st.just("optimize"), st.none()),
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Anything that a person, the codebook or a relaxed search may ask."""
    word = st.sampled_from(WORDS).map(Word.of)
    phrase = st.lists(word, min_size=1, max_size=3).map(tuple) | st.sampled_from(PHRASES).map(
        words_of
    )

    def clause() -> Clause:
        words = draw(phrase)
        if draw(st.integers(0, 3)) == 0:
            beginning = draw(st.sampled_from(("e", "ed", "educ", "año", "t", "zz")))
            words = (*words[:-1], replace(Word.of(beginning), unfinished=True))
        adjacent = len(words) > 1 and not words[-1].unfinished and draw(st.booleans())
        others = {"en": tuple(draw(st.lists(phrase, max_size=2)))} if draw(st.booleans()) else {}
        return Clause(words, adjacent, others)

    required = tuple(clause() for _ in range(draw(st.integers(0, 3))))
    excluded = tuple(clause() for _ in range(draw(st.sampled_from((0, 0, 1, 2)))))
    return Query("", required, excluded, asks=draw(st.sampled_from(Asks)))


@st.composite
def searches(draw: st.DrawFn) -> dict[str, Any]:
    """What SearchEngine.search is given."""
    moment = st.none() | st.integers(-1, 6).map(lambda day: START + timedelta(days=day, hours=-1))
    chosen: dict[str, list[str]] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "theme": st.lists(st.sampled_from((*THEMES, "no-such")), max_size=2),
                "stance": st.lists(st.sampled_from(STANCES), max_size=2),
                "lang": st.just(["es"]),
                "year": st.just(["2025"]),
            },
        )
    )
    return {
        "query": draw(queries()),
        "filters": chosen,
        "sort": draw(st.sampled_from(Sort.values)),
        "language": draw(st.sampled_from(("es", "en"))),
        "limit": draw(st.sampled_from((0, 1, 5, 100))),
        "offset": draw(st.sampled_from((0, 0, 3))),
        "since": draw(moment),
        "until": draw(moment),
        "near": draw(st.just({}) | CLOSE),
        "without": draw(st.just([]) | IDS),
    }


def change(engine: WhooshEngine, kind: str, what: Any) -> None:
    """One thing that happens to an index."""
    if kind == "optimize" and engine.generation():
        place = engine.directory / "current"
        index = FileIndex(FileStorage(str(place)), schema(), NAME)
        SegmentWriter(index, codec=Codec(), _lk=False).commit(optimize=True)
    elif kind != "optimize":
        getattr(engine, kind)(what)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CHANGES, st.lists(searches(), min_size=4, max_size=4), st.booleans())
def test_whatever_happened_and_whatever_is_asked_the_answer_is_stock_whooshs(
    changes, asked, merging
):
    # Few documents are one segment soon, unless nothing is merged.
    tiers = {} if merging else {"FANOUT": 1_000, "WORN": 1}
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.multiple(writing, **tiers) if tiers else nullcontext(),
    ):
        engine = WhooshEngine(Path(folder) / "index")
        for kind, what in changes:
            change(engine, kind, what)
            if not engine.generation():
                continue
            for search in asked:
                ours, stocks = engine.search(**search), stock.search(engine.directory, **search)
                assert [hit.document for hit in ours.hits] == [h.document for h in stocks.hits]
                assert [hit.score for hit in ours.hits] == pytest.approx(
                    [hit.score for hit in stocks.hits], rel=1e-9, abs=0
                )
                assert [(h.by_words, h.by_meaning) for h in ours.hits] == [
                    (h.by_words, h.by_meaning) for h in stocks.hits
                ]
                assert (ours.total, ours.facets) == (stocks.total, stocks.facets)
                every = engine.search(**search | {"limit": 100, "offset": 0})
                assert every.total == len(every.hits)
                for name in FACETS:
                    if not search["filters"].get(name):
                        values = (v for hit in every.hits for v in hit.document.facet(name))
                        assert ours.facets[name] == Counter(values)
