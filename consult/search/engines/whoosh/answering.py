"""From documents that match to a page of hits: filters, counts, and which come first."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ...analysis import ANALYSES
from ...query import Asks, Clause, Query
from ..base import Hit, Results, fused
from . import matching
from .executor import Executor, Matches
from .generation import K1, Generation
from .postings import Numbers

# Scores that differ less come from one sum, added up in another order: dates decide between them.
DECIMALS = 6


@dataclass(frozen=True)
class Asked:
    """What a search asks for (see SearchEngine.search)."""

    query: Query
    language: str
    filters: Mapping[str, tuple[str, ...]]
    facets: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None
    near: tuple[tuple[str, float], ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Documents that pass, by their numbers in the index; a score of 0 is of one without the words."""

    numbers: Numbers
    scores: NDArray[np.float64]
    dates: NDArray[np.int64]

    def order(self, *keys: NDArray, count: int) -> NDArray[np.intp]:
        """The places of the first `count` by `keys`, the smallest first, then by number."""
        return first((*keys, self.numbers), count)

    def by_score(self, count: int) -> NDArray[np.intp]:
        """The places of the best `count`; the newest first among equals."""
        return self.order(-np.round(self.scores, DECIMALS), -self.dates, count=count)

    def by_date(self, count: int) -> NDArray[np.intp]:
        """The places of the newest `count`; the best first among equals."""
        return self.order(-self.dates, -np.round(self.scores, DECIMALS), count=count)


class Answer:
    """Everything in a generation that answers what was asked, and the facets' counts."""

    def __init__(self, generation: Generation, asked: Asked) -> None:
        self.generation = generation
        self.asked = asked
        self.counts: dict[str, dict[str, int]] = {}
        self._executor = Executor(generation)
        numbers = {generation.number_of(id): closeness for id, closeness in asked.near}
        self.closeness = {n: closeness for n, closeness in numbers.items() if n is not None}
        self.near = np.array(list(self.closeness), np.int32)
        self.found = self._passing(self._matches())

    # --- What answers

    def _matches(self) -> Matches:
        """What has the words, or is close in meaning with a score of 0; not what is left out."""
        query = self.asked.query
        # What is close in meaning is found anyhow: the words it has count for it, be they few.
        scored = replace(query, asks=Asks.ANY) if self.asked.near else query
        matches = self._executor.matches(matching.whole(scored, self.asked.language))
        unwanted = self._unwanted()
        admitted = ~unwanted.take(matches.numbers)
        if scored.asks is not Asks.ALL:
            enough = self._enough()
            enough[self.near] = True
            admitted &= enough.take(matches.numbers)
        numbers, scores = matches.numbers.compress(admitted), matches.scores.compress(admitted)
        near = self.near[~unwanted[self.near]]
        if not len(near):
            return Matches(numbers, scores)
        both = np.union1d(numbers, near)
        all_scores = np.zeros(len(both))
        all_scores[np.searchsorted(both, numbers)] = scores
        return Matches(both, all_scores)

    def _unwanted(self) -> NDArray[np.bool_]:
        """Which documents do not count, are left out, or have something that the query excludes."""
        live = self.generation.live
        unwanted = np.zeros(self.generation.size, np.bool_) if live is None else ~live
        unwanted[self.generation.numbers_of(self.asked.without)] = True
        for clause in self.asked.query.excluded:
            for language in ANALYSES:
                unwanted[self._with(clause, language)] = True
        return unwanted

    def _enough(self) -> NDArray[np.bool_]:
        """Which documents have as many of the query's clauses as it asks for, in one language."""
        enough = np.zeros(self.generation.size, np.bool_)
        if self.asked.query.asks is Asks.ALL:
            every = matching.whole(self.asked.query, self.asked.language)
            enough[self._executor.matches(every).numbers] = True
            return enough
        for language in ANALYSES:
            clauses = np.zeros(len(enough), np.uint8)
            for clause in self.asked.query.clauses(language):
                clauses[self._with(clause, language)] += 1
            enough |= clauses >= self.asked.query.enough(language)
        return enough

    def _with(self, clause: Clause, language: str) -> Numbers:
        return self._executor.matches(matching.clause_in(clause, language)).numbers

    # --- What passes

    def _passing(self, matches: Matches) -> Found:
        """Those of `matches` that pass every filter; the facets' values are counted on the way."""
        numbers, scores = matches.numbers, matches.scores
        if self.asked.since is not None or self.asked.until is not None:
            in_time = self._in_time(self.generation.dates.take(numbers))
            numbers, scores = numbers.compress(in_time), scores.compress(in_time)
        passes = {
            name: self.generation.facet(name).having(values, numbers)
            for name, values in self.asked.filters.items()
        }
        for name in passes.keys() & self.asked.facets:
            # A facet's counts leave its own filter aside.
            others = [mask for other, mask in passes.items() if other != name]
            left = numbers.compress(np.logical_and.reduce(others)) if others else numbers
            self.counts[name] = self.generation.facet(name).counts(left)
        if passes:
            every = np.logical_and.reduce(list(passes.values()))
            numbers, scores = numbers.compress(every), scores.compress(every)
        for name in self.asked.facets:
            if name not in passes:
                self.counts[name] = self.generation.facet(name).counts(numbers)
        return Found(numbers, scores, self.generation.dates.take(numbers))

    def _in_time(self, dates: NDArray[np.int64]) -> NDArray[np.bool_]:
        since, until = self.asked.since, self.asked.until
        keep = dates != 0
        if since is not None:
            keep &= dates >= math.floor(since.timestamp())
        if until is not None:
            keep &= dates < math.ceil(until.timestamp())
        return keep

    # --- What is shown

    def results(self, sort: str, limit: int, offset: int) -> Results:
        """The hits from `offset` on, at most `limit`, the total and the facets' counts."""
        end = offset + limit
        found = self.found
        closeness = self._closeness()
        ordered = self._fused(closeness) if self.asked.near and len(found.numbers) else found
        match sort:
            case "newest":
                chosen = ordered.by_date(end)
            case "similar":
                # Words alone come last, where one order is as good as the other.
                chosen = ordered.order(
                    -closeness, -np.round(ordered.scores, DECIMALS), -ordered.dates, count=end
                )
            case _:
                chosen = ordered.by_score(end)
        return Results(
            hits=[
                Hit(
                    self.generation.document(int(found.numbers[place])),
                    float(ordered.scores[place]),
                    by_words=bool(found.scores[place]),
                    by_meaning=bool(np.isfinite(closeness[place])),
                )
                for place in chosen[offset:]
            ],
            total=len(found.numbers),
            facets=self.counts,
        )

    def _closeness(self) -> NDArray[np.float64]:
        """How close each document found is in meaning; infinitely far where that is not known."""
        found = self.found.numbers
        closeness = np.full(len(found), -np.inf)
        if not len(self.near):
            return closeness
        for place in np.flatnonzero(np.isin(found, self.near)):
            closeness[place] = self.closeness[int(found[place])]
        return closeness

    def _fused(self, closeness: NDArray[np.float64]) -> Found:
        """What was found, scored by its words and its closeness together."""

        def best(field: str, key: str) -> float:
            return (K1 + 1) * self.generation.idf(len(self.generation.postings(field, key).numbers))

        perfect = matching.perfect(self.asked.query, self.asked.language, best)
        farthest = min(value for _id, value in self.asked.near)
        scores = fused(self.found.scores, perfect or 1.0, np.maximum(closeness, farthest))
        return replace(self.found, scores=scores)


def first(keys: Sequence[NDArray], count: int) -> NDArray[np.intp]:
    """The places of the first `count` by `keys`, of which later ones decide between equals; in order.

    Without ordering the rest, of which there may be a hundred thousand.
    """
    rest = np.arange(len(keys[0]))
    chosen = []
    room = min(count, len(rest))
    for key in keys:
        if len(rest) <= room or not room:
            break
        values = key.take(rest)
        last = np.partition(values, room - 1)[room - 1]
        before = rest.compress(values < last)
        chosen.append(before)
        room -= len(before)
        rest = rest.compress(values == last)
    places = np.concatenate([*chosen, rest[:room]])
    return places[np.lexsort([key.take(places) for key in reversed(keys)])]
