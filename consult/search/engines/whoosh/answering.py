"""From documents that match to a page of hits: filters, counts, and which come first."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ...analysis import ANALYSES
from ...query import Asks, Query
from ..base import Hit, Results, fused
from . import matching
from .executor import NOTHING, Executor, Matches
from .generation import K1, Generation, Part
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
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in asked.facets}
        numbers = {generation.number_of(id): closeness for id, closeness in asked.near}
        self.closeness = {n: closeness for n, closeness in numbers.items() if n is not None}
        self.near = np.array(list(self.closeness), np.int32)
        self.without = generation.numbers_of(asked.without)
        question = matching.whole(asked.query, asked.language)
        parts = []
        for part in generation.parts:
            executor = Executor(generation, part)
            unwanted = self._unwanted(executor, part)
            matches = executor.matches(question)
            admitted = ~unwanted[matches.numbers]
            if asked.query.asks is not Asks.ALL:
                enough = self._enough(executor)
                # What is close in meaning is found anyhow: the words it has count for it.
                enough[_inside(part, self.near)] = True
                admitted &= enough[matches.numbers]
            matches = Matches(matches.numbers[admitted], matches.scores[admitted])
            matches = self._with_near(part, matches, unwanted)
            if len(matches.numbers):
                parts.append(self._passing(part, matches))
        self.found = _joined(parts)

    # --- What passes

    def _unwanted(self, executor: Executor, part: Part) -> NDArray[np.bool_]:
        """Which documents of a segment are left out, or have something that the query excludes."""
        unwanted = np.zeros(executor.segment.size, np.bool_)
        unwanted[_inside(part, self.without)] = True
        for clause in self.asked.query.excluded:
            for language in ANALYSES:
                unwanted[executor.matches(matching.clause_in(clause, language)).numbers] = True
        return unwanted

    def _enough(self, executor: Executor) -> NDArray[np.bool_]:
        """Which documents of a segment have as many of the clauses as asked for, in one language."""
        enough = np.zeros(executor.segment.size, np.bool_)
        for language in ANALYSES:
            clauses = np.zeros(len(enough), np.uint8)
            for clause in self.asked.query.clauses(language):
                clauses[executor.matches(matching.clause_in(clause, language)).numbers] += 1
            enough |= clauses >= self.asked.query.enough(language)
        return enough

    def _with_near(self, part: Part, matches: Matches, unwanted: NDArray[np.bool_]) -> Matches:
        """`matches` and the part's documents close in meaning, those with a score of 0."""
        near = _inside(part, self.near)
        near = near[~unwanted[near]]
        if not len(near):
            return matches
        numbers = np.union1d(matches.numbers, near)
        scores = np.zeros(len(numbers))
        scores[np.searchsorted(numbers, matches.numbers)] = matches.scores
        return Matches(numbers, scores)

    def _passing(self, part: Part, matches: Matches) -> Found:
        """Those of `matches` that count and pass every filter; counts them by facet."""
        dates = part.segment.dates()
        numbers, scores = matches.numbers, matches.scores
        keep = self._in_time(dates[numbers])
        if part.live is not None:
            keep &= part.live[numbers]
        numbers, scores = numbers[keep], scores[keep]
        passes = {
            name: part.segment.facet(name).having(values, numbers)
            for name, values in self.asked.filters.items()
        }
        every = np.logical_and.reduce([np.ones(len(numbers), np.bool_), *passes.values()])
        for name, counts in self.counts.items():
            others = every
            if name in passes:
                # A facet's counts leave its own filter aside.
                others = np.ones(len(numbers), np.bool_)
                for other, mask in passes.items():
                    if other != name:
                        others &= mask
            counts.update(part.segment.facet(name).counts(numbers[others]))
        numbers, scores = numbers[every], scores[every]
        return Found(numbers + np.int32(part.offset), scores, dates[numbers])

    def _in_time(self, dates: NDArray[np.int64]) -> NDArray[np.bool_]:
        since, until = self.asked.since, self.asked.until
        keep = np.ones(len(dates), np.bool_)
        if since is not None or until is not None:
            keep &= dates != 0
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
            facets={name: dict(counts) for name, counts in self.counts.items()},
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
        perfect = matching.perfect(
            self.asked.query,
            self.asked.language,
            lambda field, key: (K1 + 1) * self.generation.idf(field, key),
        )
        farthest = min(value for _id, value in self.asked.near)
        scores = fused(self.found.scores, perfect or 1.0, np.maximum(closeness, farthest))
        return replace(self.found, scores=scores)


def _inside(part: Part, numbers: Numbers) -> Numbers:
    """Those of `numbers` that are in the part, as its own numbers."""
    own = numbers - np.int32(part.offset)
    return own[(own >= 0) & (own < part.segment.size)]


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
        values = key[rest]
        last = np.partition(values, room - 1)[room - 1]
        before = rest[values < last]
        chosen.append(before)
        room -= len(before)
        rest = rest[values == last]
    places = np.concatenate([*chosen, rest[:room]])
    return places[np.lexsort([key[places] for key in reversed(keys)])]


def _joined(parts: Sequence[Found]) -> Found:
    if not parts:
        return Found(NOTHING.numbers, NOTHING.scores, np.empty(0, np.int64))
    return Found(
        np.concatenate([part.numbers for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.dates for part in parts]),
    )
