"""Search as Whoosh does it by itself: its searcher, its matchers, one document after another.

The reference that the executor is compared with. It opens the index anew for each search, so that
none of Whoosh's caches, nor ours, stands between the files and the answer.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import query as whoosh
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.matching import ListMatcher
from whoosh.scoring import BM25F
from whoosh.searching import SearchContext, Searcher

from consult.search.analysis import ANALYSES
from consult.search.engines.base import FACETS, NOTHING_NEAR, Hit, Results, fused
from consult.search.engines.whoosh import matching
from consult.search.engines.whoosh.answering import DECIMALS
from consult.search.engines.whoosh.generation import K1, NAME, B
from consult.search.engines.whoosh.schema import document_of, values_of
from consult.search.query import Asks, Clause, Query


class Alike(whoosh.Prefix):
    """A prefix whose every document scores alike; Whoosh's own adds up its words, up to 1,023."""

    def matcher(self, searcher, context=None):
        found = whoosh.Prefix(self.fieldname, self.text).matcher(searcher, context)
        numbers = []
        while found.is_active():
            numbers.append(found.id())
            found.next()
        return ListMatcher(numbers, all_weights=self.boost)


def alike(query: whoosh.Query) -> whoosh.Query:
    """`query` with its prefixes scoring alike."""
    if isinstance(query, whoosh.Prefix):
        return Alike(query.fieldname, query.text, query.boost)
    return query.apply(alike) if isinstance(query, whoosh.compound.CompoundQuery) else query


def search(
    directory: Path,
    query: Query,
    filters,
    facets=FACETS,
    sort="relevance",
    language="es",
    limit=20,
    offset=0,
    since=None,
    until=None,
    near=NOTHING_NEAR,
    without=(),
) -> Results:
    """What SearchEngine.search answers, from the index in `directory`."""
    index = FileIndex(FileStorage(str(directory / "current")), indexname=NAME)
    with Searcher(index.reader(), weighting=BM25F(B=B, K1=K1)) as searcher:
        return Pass(
            searcher, query, language, filters, facets, since, until, near, without
        ).results(sort, limit, offset)


class Pass:
    """One pass over the documents: what passes the filters, and the counts."""

    def __init__(
        self, searcher: Searcher, query, language, filters, facets, since, until, near, without
    ) -> None:
        self.searcher = searcher
        self.query = query
        self.language = language
        self.filters = {name: frozenset(values) for name, values in filters.items() if values}
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in facets}
        self.since = None if since is None else math.floor(since.timestamp())
        self.until = None if until is None else math.ceil(until.timestamp())
        self.without = set(without)
        self.near = near
        # By number in the index: score by words (None without), date, and the document.
        self.found: dict[int, tuple[float | None, int, Any]] = {}
        scored = replace(query, asks=Asks.ANY) if near else query
        question = alike(matching.whole(scored, language))
        for leaf, offset in searcher.leaf_searchers() if searcher.doc_count_all() else ():
            self._read(leaf, offset, question)

    def _read(self, leaf: Searcher, offset: int, question: whoosh.Query) -> None:
        context = SearchContext(needs_current=True, weighting=leaf.weighting)
        gate = Gate(self.query, self.language, leaf, context)
        scores: dict[int, float] = {}
        matcher = question.matcher(leaf, context)
        while matcher.is_active():
            if gate.wanted(matcher.id()):
                scores[matcher.id()] = matcher.score()
            matcher.next()
        names = {*self.counts, *self.filters}
        columns = {
            name: leaf.reader().column_reader(f"facet_{name}", translate=False) for name in names
        }
        dates = leaf.reader().column_reader("date", translate=False)
        for number in leaf.reader().all_doc_ids():
            document = document_of(leaf.stored_fields(number))
            close = document.id in self.near and gate.wanted(number)
            # What is close in meaning needs no words; those that it has count.
            worded = number in scores and gate.admits(number)
            if (not worded and not close) or document.id in self.without:
                continue
            if not self._in_time(dates[number]):
                continue
            values = {name: values_of(column[number]) for name, column in columns.items()}
            failed = {n for n, wanted in self.filters.items() if wanted.isdisjoint(values[n])}
            if not failed:
                self.found[offset + number] = (scores.get(number), dates[number], document)
            for name, counts in self.counts.items():
                if failed <= {name}:
                    counts.update(values[name])

    def _in_time(self, date: int) -> bool:
        if self.since is None and self.until is None:
            return True
        after = self.since is None or date >= self.since
        return date != 0 and after and (self.until is None or date < self.until)

    def results(self, sort: str, limit: int, offset: int) -> Results:
        known = {document.id: n for n, (_score, _date, document) in self.found.items()}
        closeness = {known[each]: close for each, close in self.near.items() if each in known}
        scores = {number: score or 0 for number, (score, _date, _document) in self.found.items()}
        if self.near and self.found:
            perfect = matching.perfect(
                self.query,
                self.language,
                lambda field, key: (K1 + 1) * self.searcher.idf(field, key),
            )
            farthest = min(self.near.values())
            scores = {
                n: fused(score, perfect or 1, closeness.get(n, farthest))
                for n, score in scores.items()
            }

        def key(number: int) -> tuple[Any, ...]:
            date = -self.found[number][1]
            score = -rounded(scores[number])
            if sort == "newest":
                return date, score, number
            if sort == "similar":
                return -closeness.get(number, -math.inf), score, date, number
            return score, date, number

        chosen = sorted(self.found, key=key)[offset : offset + limit]
        hits = [
            Hit(self.found[n][2], scores[n], self.found[n][0] is not None, n in closeness)
            for n in chosen
        ]
        return Results(hits, len(self.found), {n: dict(c) for n, c in self.counts.items()})


def rounded(score: float) -> float:
    """`score` without the bits that depend on the order of a sum."""
    return float(np.round(score, DECIMALS))


class Gate:
    """Which documents of one segment a query lets through, beside matching what it requires."""

    def __init__(self, query: Query, language: str, leaf: Searcher, context: SearchContext) -> None:
        self._leaf = leaf
        self._context = context
        # Whoosh's AndNot lets documents through that it should not.
        self._unwanted = {
            number
            for clause in query.excluded
            for language in ANALYSES
            for number in self._with(clause, language)
        }
        if query.asks is Asks.ALL:
            self._enough = set(self._of(matching.whole(query, language)))
        else:
            self._enough = self._with_enough(query)

    def wanted(self, number: int) -> bool:
        """Whether the document has nothing excluded."""
        return number not in self._unwanted

    def admits(self, number: int) -> bool:
        """Whether it also has enough of what a relaxed query asks."""
        return self.wanted(number) and number in self._enough

    def _with(self, clause: Clause, language: str) -> Iterator[int]:
        yield from self._of(matching.clause_in(clause, language))

    def _of(self, question: whoosh.Query) -> Iterator[int]:
        matcher = alike(question).matcher(self._leaf, self._context)
        while matcher.is_active():
            yield matcher.id()
            matcher.next()

    def _with_enough(self, query: Query) -> set[int]:
        enough: set[int] = set()
        for language in ANALYSES:
            counts = Counter(
                number
                for clause in query.clauses(language)
                for number in self._with(clause, language)
            )
            enough.update(
                number for number, count in counts.items() if count >= query.enough(language)
            )
        return enough
