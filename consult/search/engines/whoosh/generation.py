"""The index as one commit left it: its segments, and which of their documents still count."""

import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from ..base import Document
from .cache import Cache
from .columns import LENGTHS
from .postings import Numbers
from .schema import schema
from .segment import OpenSegment
from .storage import Segment

NAME = "MAIN"
# How Whoosh names the file that lists the segments of a generation.
CONTENTS = re.compile(rf"_{NAME}_([0-9]+)\.toc")
# What BM25F takes: how much a text's length counts, and how much a word's coming again. Of comments and
# paragraphs as questions find them (docs/decisions/0033-meaning.md); Whoosh's own K1 is 1.2.
B = 0.75
K1 = 0.75


# In bytes, of the answers given in this generation.
RESULT_BYTES = 16 << 20


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
        return numbers if self.live is None else numbers[self.live[numbers]]

    @property
    def deleted(self) -> int:
        """How many documents do not count any more."""
        return 0 if self.live is None else self.segment.size - int(np.count_nonzero(self.live))


class Generation:
    """What a search reads: it never changes, so that every thread of the process shares it."""

    def __init__(self, place: Path, number: int, parts: Iterable[Part]) -> None:
        # What was asked, spelled out, and the answer.
        self.results = Cache(RESULT_BYTES)
        self.place = place
        self.number = number
        self.parts = tuple(parts)
        # Deleted documents count in what scores are made of, as in Whoosh.
        self.size = sum(part.segment.size for part in self.parts)
        self._idf: dict[tuple[str, str], float] = {}
        self._norms: dict[str, NDArray[np.float64]] = {}

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

    def documents_with(self, field: str, term: str) -> Numbers:
        """The live documents that have `term` in `field`, ascending, by their numbers in the index."""
        found = [
            part.alive(part.segment.postings(field, term).numbers) + np.int32(part.offset)
            for part in self.parts
        ]
        return np.concatenate(found) if found else np.empty(0, np.int32)

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
        return any(
            len(numbers) > 0
            and not np.isin(numbers + np.int32(part.offset), without, assume_unique=True).all()
            for part in self.parts
            if part.segment.frequency(field, term)
            for numbers in [part.alive(part.segment.postings(field, term).numbers)]
        )

    def numbers_of(self, ids: Iterable[str]) -> Numbers:
        """The numbers in the index of the live documents with these `ids`, in their order."""
        numbers = map(self.number_of, dict.fromkeys(ids))
        return np.array([number for number in numbers if number is not None], np.int32)

    def number_of(self, id: str) -> int | None:
        """The number in the index of the live document `id`."""
        for part in sorted(self.parts, key=lambda part: -part.segment.size):
            numbers = part.alive(part.segment.postings("id", id).numbers)
            if len(numbers):
                return part.offset + int(numbers[0])
        return None

    def document(self, number: int) -> Document:
        """The document with this number in the index."""
        part = next(part for part in reversed(self.parts) if part.offset <= number)
        return part.segment.document(number - part.offset)

    # --- Scores, as Whoosh's BM25F makes them

    def idf(self, field: str, term: str) -> float:
        """How much `term` tells: the fewer documents have it, the more."""
        key = (field, term)
        if (idf := self._idf.get(key)) is None:
            frequency = sum(part.segment.frequency(field, term) for part in self.parts)
            idf = self._idf[key] = math.log(self.size / (frequency + 1)) + 1
        return idf

    def norms(self, field: str) -> NDArray[np.float64]:
        """What a text's length does to its score, for each code of a length: see columns.LENGTHS."""
        if (norms := self._norms.get(field)) is None:
            total = sum(part.segment.total_length(field) for part in self.parts)
            average = total / (self.size or 1) or 1
            norms = self._norms[field] = K1 * ((1 - B) + B * LENGTHS / average)
        return norms


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
