"""One pass over the documents that match: what passes the filters, in order, and the counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import nsmallest
from typing import Any

from whoosh.query import Query as WhooshQuery
from whoosh.searching import SearchContext, Searcher

from ...query import Query
from ..base import Hit, Results
from . import matching
from .schema import document_of, values_of


class Pass:
    """What a query and its filters find; a facet's counts leave its own filter aside."""

    def __init__(
        self,
        searcher: Searcher,
        query: Query,
        language: str,
        filters: Mapping[str, Sequence[str]],
        facets: Sequence[str],
    ) -> None:
        self.searcher = searcher
        self.query = query
        self.filters = {name: frozenset(values) for name, values in filters.items() if values}
        # By facet, then by the column's cell: cells are few, and are taken apart once.
        self.cells: dict[str, Counter[bytes]] = {name: Counter() for name in facets}
        # (score, date, number) of every document that passes.
        self.found: list[tuple[float, int, int]] = []
        question = matching.whole(query, language)
        for leaf, offset in searcher.leaf_searchers():
            self._read(leaf, offset, question)

    def _read(self, leaf: Searcher, offset: int, question: WhooshQuery) -> None:
        context = SearchContext(needs_current=True, weighting=leaf.weighting)
        gate = matching.Gate(self.query, leaf, context)
        dates = self._column(leaf, "date")
        columns = {
            name: self._column(leaf, f"facet_{name}") for name in {*self.cells, *self.filters}
        }
        matcher = question.matcher(leaf, context)
        while matcher.is_active():
            number = matcher.id()
            if gate.admits(number):
                failed = [
                    name
                    for name, wanted in self.filters.items()
                    if wanted.isdisjoint(values_of(columns[name][number]))
                ]
                if not failed:
                    self.found.append((matcher.score(), dates[number], offset + number))
                    for name, counts in self.cells.items():
                        counts[columns[name][number]] += 1
                elif len(failed) == 1 and failed[0] in self.cells:
                    self.cells[failed[0]][columns[failed[0]][number]] += 1
            matcher.next()

    @staticmethod
    def _column(leaf: Searcher, name: str) -> Any:
        return leaf.reader().column_reader(name, translate=False)

    def results(self, sort: str, limit: int, offset: int) -> Results:
        """The hits from `offset` on, at most `limit`, the total and the facets' counts."""
        order = _by_date if sort == "newest" else _by_score
        wanted = nsmallest(offset + limit, self.found, key=order)[offset:]
        hits = [
            Hit(document_of(self.searcher.stored_fields(number)), score)
            for score, _date, number in wanted
        ]
        return Results(hits, len(self.found), {n: _counts(c) for n, c in self.cells.items()})


def _by_score(found: tuple[float, int, int]) -> tuple[float, int, int]:
    score, date, number = found
    return -score, -date, number


def _by_date(found: tuple[float, int, int]) -> tuple[int, float, int]:
    score, date, number = found
    return -date, -score, number


def _counts(cells: Counter[bytes]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for cell, count in cells.items():
        for value in values_of(cell):
            counts[value] += count
    return dict(counts)
