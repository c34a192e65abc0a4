"""A tree of Whoosh's queries, run over arrays instead of posting by posting.

It finds the documents that Whoosh's own matchers find, with the same scores but for the order in
which parts are added up (tests/search/test_executor.py compares the two). Deleted documents are
found too: who asks leaves them out, once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh

from .generation import K1, Generation
from .postings import PLACE_BITS, Numbers, Places

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matches:
    """Documents, ascending by their numbers in the index, and the score of each, which is above 0."""

    numbers: Numbers
    scores: Scores

    @property
    def nbytes(self) -> int:
        return self.numbers.nbytes + self.scores.nbytes


NOTHING = Matches(np.empty(0, np.int32), np.empty(0))


class Executor:
    """Runs queries over a generation."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation

    def matches(self, query: whoosh.Query) -> Matches:
        """What answers `query`, deleted documents too."""
        match query:
            case whoosh.Term():
                return self._term(query.fieldname, query.text, query.boost)
            case whoosh.Or():
                return self._any([self.matches(each) for each in _alternatives(query)])
            case whoosh.And():
                return self._all(query)
            case whoosh.Phrase():
                return self._phrase(query)
            case whoosh.Prefix():
                # Every text with a word that begins so, all alike. Whoosh adds up the words unless
                # there are many: a score that depends on how documents are spread over segments.
                numbers = self.generation.beginning(query.fieldname, query.text)
                return Matches(numbers, np.full(len(numbers), query.boost, np.float64))
            case whoosh.Every():
                everything = np.arange(self.generation.size, dtype=np.int32)
                return Matches(everything, np.full(len(everything), query.boost, np.float64))
        raise TypeError(f"{query!r} is a query that nobody builds")

    def _term(self, field: str, term: str, boost: float) -> Matches:
        found = self.generation.scores.get((field, term), lambda: self._scored(field, term))
        return Matches(found.numbers, found.scores * boost)

    def _scored(self, field: str, term: str) -> Matches:
        found = self.generation.postings(field, term)
        if not len(found.numbers):
            return NOTHING
        # BM25F, in Whoosh's order of operations: not even the last bit differs.
        idf = self.generation.idf(len(found.numbers))
        norms = self.generation.norms(field).take(
            self.generation.lengths(field).take(found.numbers)
        )
        weights = found.weights.astype(np.float64)
        return Matches(found.numbers, idf * (weights * (K1 + 1) / (weights + norms)))

    def _any(self, parts: Sequence[Matches]) -> Matches:
        parts = [part for part in parts if len(part.numbers)]
        if len(parts) < 2:
            return parts[0] if parts else NOTHING
        sums = np.bincount(
            np.concatenate([part.numbers for part in parts]),
            np.concatenate([part.scores for part in parts]),
        ).astype(np.float64, copy=False)
        numbers = np.flatnonzero(sums > 0).astype(np.int32)
        return Matches(numbers, sums.take(numbers))

    def _all(self, queries: whoosh.And) -> Matches:
        parts = []
        for query in queries:
            part = self.matches(query)
            if not len(part.numbers):
                return NOTHING
            parts.append(part)
        if not parts:
            return NOTHING
        parts.sort(key=lambda part: len(part.numbers))
        numbers, scores = parts[0].numbers, parts[0].scores
        for part in parts[1:]:
            at, shared = _find(numbers, part.numbers)
            numbers = numbers.compress(shared)
            scores = scores.compress(shared) + part.scores.take(at.compress(shared))
        return Matches(numbers, scores)

    def _phrase(self, query: whoosh.Phrase) -> Matches:
        """All the words, where the places of the first, the second less one and so on are the same."""
        both = self._all([whoosh.Term(query.fieldname, word) for word in query.words])
        if not len(both.numbers):
            return NOTHING
        places = [
            self.generation.places(query.fieldname, word) - shift
            for shift, word in enumerate(query.words)
        ]
        places.sort(key=len)
        start: Places = places[0]
        for others in places[1:]:
            _at, shared = _find(start, others)
            start = start.compress(shared)
        numbers = start >> PLACE_BITS
        numbers = numbers.compress(np.diff(numbers, prepend=-1) != 0).astype(np.int32)
        # All of them are among those with every word.
        at, _shared = _find(numbers, both.numbers)
        return Matches(numbers, both.scores.take(at) * query.boost)


def _alternatives(query: whoosh.Query) -> Iterator[whoosh.Query]:
    """What any of which answers `query`: the parts of alternatives that have alternatives, all at once."""
    match query:
        case whoosh.Or():
            for each in query:
                yield from _alternatives(each)
        case whoosh.And() if len(query) == 1:
            yield from _alternatives(query[0])
        case _:
            yield query


def _find(
    wanted: NDArray[np.integer], among: NDArray[np.integer]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each of `wanted` is or would be in `among`, and whether it is; `among` is ascending."""
    at = np.searchsorted(among, wanted)
    at[at == len(among)] = 0
    return at, among.take(at) == wanted if len(among) else np.zeros(len(wanted), np.bool_)
