"""What every engine does, and what it is given: documents in, hits and counts out."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import numpy as np
from django.utils.timezone import localtime
from numpy.typing import NDArray

from ..query import Query

# What can be chosen beside the results; each is a value, or several, of a document.
FACETS = ("type", "theme", "stance", "group", "draft", "sector", "state", "lang", "year")

# How much a document's closeness in meaning weighs beside its words (see `fused`); measured, as is the
# form, in docs/decisions/0033-meaning.md.
CLOSENESS_WEIGHT = 1.1
NOTHING_NEAR: Mapping[str, float] = {}
# One, or an array of them.
Score = TypeVar("Score", float, NDArray[np.float64])


def fused(score: Score, perfect: float, closeness: Score) -> Score:
    """What a document found by words and by meaning is worth.

    `score` is that of its words and `perfect` that of a text with every word of the query, so that
    words count as much as they say: all of them beat any closeness, one of ten hardly counts. Of a
    document that is not among the near ones, `closeness` is that of the farthest of them.
    """
    return score / perfect + CLOSENESS_WEIGHT * closeness


class EngineUnavailable(Exception):
    """The engine cannot answer now: its index is damaged, of another release, or out of reach."""


class EngineBusy(EngineUnavailable):
    """Another process is writing, and did not finish in time."""


class EngineOutdated(EngineUnavailable):
    """The index is of another release, and must be made anew."""


@dataclass(frozen=True)
class Document:
    """One thing that can be found; everything a page of results shows of it is in here.

    `text` and `title` are its words by language, searched and shown; `place` says where it stands
    and is only shown. `draft` names its group too: `<group>/<slug>`.
    """

    id: str
    type: str
    url: str
    text: Mapping[str, str]
    title: Mapping[str, str] = field(default_factory=dict)
    place: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    stance: str = ""
    group: str = ""
    draft: str = ""
    sector: str = ""
    state: str = ""
    date: datetime | None = None

    @property
    def key(self) -> str:
        """What tells it from others of its type: a comment's number, a section's uid."""
        return self.id.partition(":")[2]

    def facet(self, name: str) -> tuple[str, ...]:
        """The document's values of the facet `name`."""
        if name == "theme":
            return self.themes
        if name == "lang":
            return self.languages
        if name == "year":
            return (str(localtime(self.date).year),) if self.date else ()
        value = getattr(self, name)
        return (value,) if value else ()


@dataclass(frozen=True)
class Hit:
    """A document that answers the query, and how well: by its words, by its meaning or by both."""

    document: Document
    score: float
    by_words: bool = True
    by_meaning: bool = False


@dataclass(frozen=True)
class Results:
    """A page of hits, how many there are in all, and how many each facet value would leave.

    A facet's counts leave its own selection aside: they say what adding a value would bring.
    """

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Mapping[str, int]]


class SearchEngine(ABC):
    """An index of documents. It can be thrown away: the database is the truth."""

    @abstractmethod
    def index(self, documents: Iterable[Document]) -> None:
        """Add `documents`, in place of those with the same ids; visible on return.

        Raises EngineBusy, EngineUnavailable; then nothing is changed.
        """

    @abstractmethod
    def delete(self, ids: Iterable[str]) -> None:
        """Take out the documents with these `ids`; one that is not there is no error."""

    @abstractmethod
    def search(
        self,
        query: Query,
        filters: Mapping[str, Sequence[str]],
        facets: Sequence[str] = FACETS,
        sort: str = "relevance",
        language: str = "es",
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        near: Mapping[str, float] = NOTHING_NEAR,
        without: Collection[str] = (),
    ) -> Results:
        """The documents that answer `query` and pass `filters`: any value of each facet named.

        `sort` is one of enums.Sort. `language` is the reader's: texts in it come first among
        equals. A query without words finds everything. `since` is the first moment wanted and
        `until` the first not wanted; with either, what has no date is not found. `near` are
        documents close to the query in meaning, and how close (1: the same), by id: those that
        pass the filters and have nothing the query excludes are found too, and by "relevance" all
        scores are then `fused`; by "similar" the closest come first, and what was found by words
        alone after them. `without` are the ids of documents to leave out of hits and counts, as if
        they were not there.
        Raises EngineUnavailable.
        """

    @abstractmethod
    def complete(
        self, beginning: str, language: str, limit: int = 8, without: Collection[str] = ()
    ) -> Sequence[str]:
        """The words that begin so, in documents that are there now: the most frequent ones first.

        Accents count only where `beginning` has some. Words of texts in the reader's `language`
        come first, then those of the other; common words that say nothing are none, nor are those
        only of documents whose ids are in `without`.
        Raises EngineUnavailable.
        """

    @abstractmethod
    def respell(
        self, word: str, language: str, limit: int = 3, without: Collection[str] = ()
    ) -> Sequence[str]:
        """The words that may have been meant by `word`, in documents that are there now.

        The likeliest comes first, for a reader of `language`. None where `word` is known well
        enough; none only of documents whose ids are in `without`. Raises EngineUnavailable.
        """

    @abstractmethod
    def rebuild(
        self, documents: Iterable[Document], progress: Callable[[int], None] | None = None
    ) -> int:
        """Make the index anew from `documents`, beside the one that serves, and swap; their number.

        `progress` is told how many are done so far.
        """

    @abstractmethod
    def generation(self) -> str:
        """A name that changes with every change of the index. Raises EngineUnavailable."""

    @abstractmethod
    def count(self) -> int:
        """How many documents there are. Raises EngineUnavailable."""

    @abstractmethod
    def segments(self) -> int:
        """How many parts the index is in: the more, the slower a search. Raises EngineUnavailable."""

    @abstractmethod
    def size(self) -> int:
        """How many bytes the index takes."""
