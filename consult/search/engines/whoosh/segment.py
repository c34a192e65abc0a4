"""One segment, open: what is in its files, as arrays that every thread and generation shares."""

from collections.abc import Callable
from itertools import takewhile
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import TermInfo, TermNotFound

from ..base import Document
from . import postings, terms
from .cache import Cache
from .columns import Facet, read_numbers
from .postings import NO_PLACES, NO_POSTINGS, Numbers, Places, Postings
from .schema import document_of
from .storage import MappedFile, Segment
from .vocabulary import Vocabulary

Read = TypeVar("Read")


class OpenSegment:
    """What a segment holds. Nothing of it ever changes: which documents still count, a generation says.

    Columns stay as long as the segment; postings, of which there are many more, are in `cache`.
    Whoosh's readers serve one thread at a time, so each use of them takes the lock.
    """

    def __init__(self, storage: FileStorage, segment: Segment, cache: Cache) -> None:
        self.id: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._segment = segment
        self._cache = cache
        self._lock = Lock()
        self._files = segment.open_compound_file(storage)
        codec = segment.codec()
        self._terms = codec.terms_reader(self._files, segment)
        self._documents = codec.per_document_reader(self._files, segment)
        self._postings = segment.open_file(self._files, W3Codec.POSTS_EXT).view
        self._columns: dict[str, Any] = {}
        self._vocabularies: dict[str, Vocabulary] = {}

    # --- Terms and their documents

    def frequency(self, field: str, term: str) -> int:
        """How many documents have `term`, those deleted since too."""
        with self._lock:
            try:
                return self._terms.term_info(field, term.encode()).doc_frequency()
            except TermNotFound:
                return 0

    def vocabulary(self, language: str) -> Vocabulary:
        """The words of texts in `language`, those of documents deleted since too."""
        # Two threads may read one at once; then one of the two alike stays.
        if (words := self._vocabularies.get(language)) is None:
            with self._lock:
                found = terms.of_field(self._terms, f"words_{language}")
            file = self._segment.open_file(self._files, W3Codec.TERMS_EXT).view
            words = self._vocabularies[language] = Vocabulary(terms.read(file, found))
        return words

    def _items(self, field: str, beginning: str) -> list[tuple[bytes, TermInfo]]:
        start = beginning.encode()
        with self._lock:
            if field not in self._terms.indexed_field_names():
                return []
            items = self._terms.items_from(field, start)
            return [
                (term, info)
                for (_field, term), info in takewhile(
                    lambda item: item[0][0] == field and item[0][1].startswith(start), items
                )
            ]

    def postings(self, field: str, term: str) -> Postings:
        """The documents with `term`, those deleted since too, and how often each has it."""
        read = postings.read_postings
        return self._read("postings", field, term, read, NO_POSTINGS)

    def places(self, field: str, term: str) -> Places:
        """Every place where `term` stands: see PLACE_BITS."""
        return self._read("places", field, term, postings.read_places, NO_PLACES)

    def beginning(self, field: str, beginning: str) -> Numbers:
        """The documents with a term that begins so, those deleted since too."""

        def make() -> Numbers:
            found = np.zeros(self.size, np.bool_)
            for _term, info in self._items(field, beginning):
                found[postings.read_numbers(self._postings, info.extent()[0])] = True
            return np.flatnonzero(found).astype(np.int32)

        return self._cache.get((self.id, "beginning", field, beginning), make)

    def _read(
        self,
        kind: str,
        field: str,
        term: str,
        read: Callable[[memoryview, int], Any],
        nothing: Any,
    ) -> Any:
        def make() -> Any:
            start = self._start(field, term)
            return nothing if start is None else read(self._postings, start)

        return self._cache.get((self.id, kind, field, term), make)

    def _start(self, field: str, term: str) -> int | None:
        with self._lock:
            try:
                return self._terms.term_info(field, term.encode()).extent()[0]
            except TermNotFound:
                return None

    # --- Columns

    def facet(self, name: str) -> Facet:
        """The column of the facet `name`."""
        return self._column(
            f"facet_{name}",
            lambda file: Facet.read(file, self.size),
            lambda: Facet.empty(self.size),
        )

    def dates(self) -> NDArray[np.int64]:
        """When each document was written, in seconds since 1970; 0 where nobody knows."""
        return self._numbers("date", "q")

    def lengths(self, field: str) -> NDArray[np.uint8]:
        """How long each document's `field` is, as a code: see columns.LENGTHS."""
        return self._numbers(f"_{field}_len", "B")

    def total_length(self, field: str) -> int:
        """How many keys `field` has in all documents, those deleted since too."""
        with self._lock:
            return self._documents.field_length(field)

    def _numbers(self, name: str, code: str) -> Any:
        return self._column(
            name,
            lambda file: read_numbers(file, code, self.size),
            lambda: np.zeros(self.size, np.dtype(code)),
        )

    def _column(
        self, name: str, read: Callable[[MappedFile], Read], nothing: Callable[[], Read]
    ) -> Read:
        # Two threads may read one at once; then one of the two alike stays.
        if (column := self._columns.get(name)) is None:
            file = W3Codec.column_filename(self._segment, name)
            there = self._files.file_exists(file)
            column = self._columns[name] = read(self._files.open_file(file)) if there else nothing()
        return column

    # --- What is shown

    def document(self, number: int) -> Document:
        """The document `number` of this segment."""

        def make() -> Document:
            with self._lock:
                stored = self._documents.stored_fields(number)
            return document_of(stored)

        return self._cache.get((self.id, "document", number), make)
