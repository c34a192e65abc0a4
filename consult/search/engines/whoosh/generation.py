"""The index as one commit left it: its segments, and which of their documents still count."""

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from ..base import Document
from .cache import Cache
from .columns import LENGTHS, Facet
from .postings import NO_POSTINGS, PLACE_BITS, Numbers, Places, Postings, joined
from .schema import schema
from .segment import OpenSegment
from .storage import Segment

NAME = "MAIN"
# How Whoosh names the file that lists the segments of a generation.
CONTENTS = re.compile(rf"_{NAME}_([0-9]+)\.toc")
# What BM25F takes: how much a text's length counts, and how much a word's coming again. Of comments and
# paragraphs as questions find them (docs/decisions/0033-meaning.md); Whoosh's own K1 is 1.2.
B = 0.75
K1 = 0.7


# In bytes: the answers given in this generation, and the scores that its terms bring.
RESULT_BYTES = 16 << 20
SCORE_BYTES = 16 << 20


@dataclass(frozen=True)
class Part:
    """A segment in a generation: its documents' numbers begin at `offset`; `live` are those that count.

    `live` is None where all do.
    """

    segment: OpenSegment
    offset: int
    live: NDArray[np.bool_] | None

    def alive(self, numbers: Numbers) -> Numbers:
        """Those of `numbers` that are not deleted."""
        return numbers if self.live is None else numbers.compress(self.live.take(numbers))

    @property
    def deleted(self) -> int:
        """How many documents do not count any more."""
        return 0 if self.live is None else self.segment.size - int(np.count_nonzero(self.live))


class Generation:
    """What a search reads: it never changes, so that every thread of the process shares it."""

    def __init__(self, place: Path, number: int, parts: Iterable[Part]) -> None:
        # By the digest of what was asked.
        self.results = Cache(RESULT_BYTES)
        # By field and term: every text with a term and what that is worth, before any boost.
        self.scores = Cache(SCORE_BYTES)
        self.place = place
        self.number = number
        self.parts = tuple(parts)
        # Deleted documents count in what scores are made of, as in Whoosh.
        self.size = sum(part.segment.size for part in self.parts)
        self._values: dict[str, Any] = {}
        # What was asked last, and the answer: one page asks many times of the same ids, which may
        # be very many while an import waits.
        self._numbers_of: tuple[frozenset[str], Numbers] = (frozenset(), np.empty(0, np.int32))

    @property
    def name(self) -> str:
        return f"{self.place.name}.{self.number}"

    def is_latest(self, place: Path) -> bool:
        """Whether this is what a search of the index at `place` must read. Raises FileNotFoundError."""
        return place == self.place and latest_number(place) == self.number

    @cached_property
    def count(self) -> int:
        """How many documents there are."""
        return self.size - sum(part.deleted for part in self.parts)

    # --- Terms

    def frequency(self, field: str, term: str) -> int:
        """How many live documents have `term` in `field`."""
        return sum(
            part.segment.frequency(field, term)
            if part.live is None
            else len(part.alive(part.segment.postings(field, term).numbers))
            for part in self.parts
        )

    def has(self, field: str, term: str, without: Numbers) -> bool:
        """Whether a live document has `term` in `field` that is not one of `without`."""
        for part in self.parts:
            if part.segment.frequency(field, term):
                if part.live is None and not len(without):
                    return True
                numbers = part.alive(part.segment.postings(field, term).numbers)
                if len(np.setdiff1d(numbers + np.int32(part.offset), without)):
                    return True
        return False

    def numbers_of(self, ids: Iterable[str]) -> Numbers:
        """The numbers in the index of the live documents with these `ids`, in any order."""
        wanted = frozenset(ids)
        known, found = self._numbers_of
        if wanted != known:
            numbers = map(self.number_of, wanted)
            found = np.array([number for number in numbers if number is not None], np.int32)
            self._numbers_of = wanted, found
        return found

    @cached_property
    def _largest_first(self) -> list[Part]:
        return sorted(self.parts, key=lambda part: -part.segment.size)

    def number_of(self, id: str) -> int | None:
        """The number in the index of the live document `id`."""
        for part in self._largest_first:
            numbers = part.alive(part.segment.postings("id", id).numbers)
            if len(numbers):
                return part.offset + int(numbers[0])
        return None

    def document(self, number: int) -> Document:
        """The document with this number in the index."""
        part = next(part for part in reversed(self.parts) if part.offset <= number)
        return part.segment.document(number - part.offset)

    # --- Everything of one kind in all segments, as if they were one; deleted documents too

    def postings(self, field: str, term: str) -> Postings:
        """The documents that have `term`, and how often each has it."""
        read = [(part.offset, part.segment.postings(field, term)) for part in self.parts]
        found = [(offset, each) for offset, each in read if len(each.numbers)]
        if not found:
            return NO_POSTINGS
        numbers = [each.numbers + np.int32(offset) for offset, each in found]
        return Postings(joined(numbers), joined([each.weights for _offset, each in found]))

    def places(self, field: str, term: str) -> Places:
        """Every place where `term` stands: see postings.PLACE_BITS."""
        return joined(
            [
                part.segment.places(field, term) + (np.int64(part.offset) << PLACE_BITS)
                for part in self.parts
            ]
        )

    def beginning(self, field: str, beginning: str) -> Numbers:
        """The documents that have a term with that `beginning`."""
        return joined(
            [
                part.segment.beginning(field, beginning) + np.int32(part.offset)
                for part in self.parts
            ]
        )

    def lengths(self, field: str) -> NDArray[np.uint8]:
        """How long each document's `field` is, as a code: see columns.LENGTHS."""
        return self._kept(
            f"lengths of {field}",
            lambda: joined([part.segment.lengths(field) for part in self.parts]),
        )

    def idf(self, frequency: int) -> float:
        """How much a term tells that so many documents have, as in Whoosh's BM25F."""
        return math.log(self.size / (frequency + 1)) + 1

    def norms(self, field: str) -> NDArray[np.float64]:
        """What a text's length does to its score, for each code of a length, as in Whoosh's BM25F."""

        def make() -> NDArray[np.float64]:
            total = sum(part.segment.total_length(field) for part in self.parts)
            average = total / (self.size or 1) or 1
            return K1 * ((1 - B) + B * LENGTHS / average)

        return self._kept(f"norms of {field}", make)

    @cached_property
    def dates(self) -> NDArray[np.int64]:
        """When each document was written, in seconds since 1970; 0 where nobody knows."""
        return joined([part.segment.dates() for part in self.parts])

    @cached_property
    def live(self) -> NDArray[np.bool_] | None:
        """Which documents are not deleted; None where none is."""
        if all(part.live is None for part in self.parts):
            return None
        return joined(
            [
                np.ones(part.segment.size, np.bool_) if part.live is None else part.live
                for part in self.parts
            ]
        )

    def facet(self, name: str) -> Facet:
        """The column of the facet `name`."""
        return self._kept(
            f"facet {name}", lambda: Facet.of([part.segment.facet(name) for part in self.parts])
        )

    def _kept(self, name: str, make: Callable[[], Any]) -> Any:
        # Two threads may make one at once; then one of the two alike stays.
        if (value := self._values.get(name)) is None:
            value = self._values[name] = make()
        return value


def latest_number(place: Path) -> int:
    """The number of the newest generation of the index at `place`. Raises FileNotFoundError."""
    found = [int(match[1]) for name in os.listdir(place) if (match := CONTENTS.fullmatch(name))]
    if not found:
        raise FileNotFoundError(f"no table of contents in {place.name}")
    return max(found)


def open_generation(place: Path, before: Generation | None, cache: Cache) -> Generation:
    """The newest generation of the index at `place`, with the segments that `before` has open.

    Raises FileNotFoundError when a commit takes files away meanwhile.
    """
    storage = FileStorage(str(place))
    contents = TOC.read(storage, NAME, latest_number(place), schema())
    known: Mapping[str, Part] = (
        {part.segment.id: part for part in before.parts} if before and before.place == place else {}
    )
    parts: list[Part] = []
    offset = 0
    for segment in contents.segments:
        part = known.get(segment.segment_id())
        opened = part.segment if part else OpenSegment(storage, segment, cache)
        if part is not None and part.deleted == segment.deleted_count():
            # A segment only loses documents: as many gone are the same ones.
            live = part.live
        else:
            live = _live(segment)
        parts.append(Part(opened, offset, live))
        offset += opened.size
    return Generation(place, contents.generation, parts)


def _live(segment: Segment) -> NDArray[np.bool_] | None:
    if not segment.deleted_count():
        return None
    live = np.ones(segment.doc_count_all(), np.bool_)
    live[np.fromiter(segment.deleted_docs(), np.intp)] = False
    return live
