"""How much a search finds, for who does not look at what that is: advice and suggestions."""

from collections.abc import Collection, Mapping

from . import meaning
from .engines import engine
from .engines.base import NOTHING_NEAR
from .enums import Sort
from .parameters import Parameters, together
from .query import Query


def keeps_to_words(query: Query, asked: Parameters) -> bool:
    """Whether nothing is found by its meaning alone.

    By date, what is only close would stand before what has the words.
    """
    by_date = asked.sort == Sort.NEWEST
    return not query.required or asked.exact or query.is_unfinished or by_date


class Totals:
    """How much searches find for a reader of `language`; documents `hidden` do not count."""

    def __init__(self, language: str, hidden: Collection[str]) -> None:
        self.language = language
        self.hidden = hidden

    def on_page(self, query: Query, asked: Parameters) -> int:
        """How much `query` finds among what is chosen, asking for less as the page would.

        Raises EngineUnavailable.
        """
        for each in (query, *query.relaxed()):
            if total := self.exactly(each, asked):
                break
        else:
            each = query
        if not keeps_to_words(query, asked):
            near = meaning.near(query.meant)
            total = self.exactly(each, asked, {id: it.closeness for id, it in near.items()})
        return total

    def exactly(
        self, query: Query, asked: Parameters, near: Mapping[str, float] = NOTHING_NEAR
    ) -> int:
        """How much has the words of `query`, or is `near`, among what is chosen.

        Raises EngineUnavailable.
        """
        results = engine().search(
            query,
            together(asked.filters, query.filters),
            facets=(),
            language=self.language,
            limit=0,
            since=asked.since,
            until=asked.until,
            near=near,
            without=self.hidden,
        )
        return results.total
