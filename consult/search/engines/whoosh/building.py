"""A segment of the index: written in one pass into one file, and its rows found again by their ids."""

from array import array
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from pickle import dumps

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import CompressedBytesColumn
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.reading import TermNotFound

from ... import analysis
from ..base import FACETS, Document
from .columns import LENGTHS
from .generation import NAME
from .inverting import (
    Lists,
    Numbers,
    Postings,
    Table,
    Terms,
    Texts,
    of_keys,
    of_spellings,
    write,
)
from .schema import SEPARATOR, Cells, document_of, stored
from .storage import Codec, Segment, sync

# How hard the documents are compressed: that takes longer than it saves.
LEVEL = 0


class Kept(BytesIO):
    """What Whoosh writes and closes, still there to be read."""

    def close(self) -> None:
        pass


class SegmentWriter:
    """A new segment: documents are added to it, and `finish` makes it one.

    Nothing names its file before that: what a killed writer leaves is swept up by the next.
    """

    def __init__(self, storage: FileStorage) -> None:
        self.segment: Segment = Codec().new_segment(storage, NAME)
        # How many words each field has in all.
        self.segment._fieldlengths = {}
        self._storage = storage
        self._name = self.segment.make_filename(Segment.COMPOUND_EXT)
        self._file = storage.create_file(self._name)
        # Where the directory of the parts will be, and its size.
        self._file.write_long(0)
        self._file.write_int(0)
        self._parts: dict[str, dict[str, int]] = {}
        self._start = self._file.tell()
        # Documents are many bytes and go into the file as they come; the rest waits in memory.
        self._documents = CompressedBytesColumn(LEVEL).writer(self._file)
        self._rows: dict[str, int] = {}
        self._dates = array("q")
        self._facets = {name: Kept() for name in FACETS}
        self._columns = {
            name: Cells().writer(StructFile(file)) for name, file in self._facets.items()
        }
        self._chunks = {code: Numbers() for code in analysis.ANALYSES}
        self._texts = {
            f"{part}_{code}": Texts(self._chunks[code])
            for code in analysis.ANALYSES
            for part in ("title", "text")
        }
        self.words = 0

    @property
    def count(self) -> int:
        """How many documents were added."""
        return len(self._dates)

    def add(self, document: Document) -> None:
        """Add `document`, in place of an earlier one here with the same id."""
        row = len(self._dates)
        if document.id in self._rows:
            self.segment.delete_document(self._rows[document.id])
        self._rows[document.id] = row
        self._documents.add(row, dumps(stored(document), -1))
        self._dates.append(int(document.date.timestamp()) if document.date else 0)
        for name, column in self._columns.items():
            column.add(row, SEPARATOR.join(document.facet(name)).encode())
        for part, texts in (("title", document.title), ("text", document.text)):
            for code in analysis.ANALYSES:
                if text := texts.get(code):
                    self.words += self._texts[f"{part}_{code}"].add(row, text)

    def finish(self) -> Segment:
        """The segment, complete and safe on the disk."""
        count = self.count
        self._documents.finish(count)
        self._close_part("._stored.col")
        self._add_part(".date.col", np.array(self._dates, ">i8").tobytes())
        for name, column in self._columns.items():
            column.finish(count)
            self._add_part(f".facet_{name}.col", self._facets[name].getvalue())
        self._add_postings(count)
        self.segment.set_doc_count(count)
        self.segment.compound = True
        CompoundStorage.write_dir(self._file, 0, self._parts)
        sync(Path(self._storage.folder) / self._name)
        return self.segment

    def drop(self) -> None:
        """Leave no trace."""
        if not self._file.is_closed:
            self._file.close()
        self._storage.delete_file(self._name)

    def _add_postings(self, count: int) -> None:
        table = Kept()
        terms = Terms(StructFile(table))
        lengths: dict[str, bytes] = {}
        # A field at a time is in memory.
        for name, postings in self._inverted(count):
            write(name, postings, self._file, self._start, terms)
            lengths[name] = postings.lengths.tobytes()
        self._close_part(W3Codec.POSTS_EXT)
        terms.close()
        self._add_part(W3Codec.TERMS_EXT, table.getvalue())
        for name in self.segment._fieldlengths:
            self._add_part(f"._{name}_len.col", lengths[name])

    def _inverted(self, count: int) -> Iterator[tuple[str, Postings]]:
        """The postings of each field, in the order of their names."""
        ids = sorted(self._rows)
        rows = np.array([self._rows[each] for each in ids], np.uint32)
        yield "id", Postings([each.encode() for each in ids], np.arange(len(ids)), rows)
        numbers = {code: Numbers() for code in analysis.ANALYSES}
        words = {
            code: Lists([[numbers[code][word] for word in analysis.words(each)] for each in chunks])
            for code, chunks in self._chunks.items()
        }
        keys = {
            code: Table(numbers[code], partial(analysis.keys_of, language=code)) for code in words
        }
        for name, texts in sorted(self._texts.items()):
            code = name.partition("_")[2]
            postings, documents, lengths = of_keys(keys[code], texts.words(words[code]))
            postings.lengths = np.zeros(count, np.uint8)
            postings.lengths[documents] = np.minimum(np.searchsorted(LENGTHS, lengths), 255)
            if total := int(lengths.sum()):
                self.segment._fieldlengths[name] = total
            yield name, postings
        for code in sorted(words):
            both = (self._texts[f"{part}_{code}"].words(words[code]) for part in ("title", "text"))
            spellings = Table(numbers[code], partial(analysis.spellings_of, language=code))
            yield f"words_{code}", of_spellings(spellings, both)

    def _add_part(self, name: str, content: bytes) -> None:
        self._file.write(content)
        self._close_part(name)

    def _close_part(self, name: str) -> None:
        end = self._file.tell()
        self._parts[self.segment.make_filename(name)] = {
            "offset": self._start,
            "length": end - self._start,
        }
        self._start = end


class Rows:
    """The rows of a segment in the index, for whoever replaces some of them."""

    def __init__(self, storage: FileStorage, segment: Segment) -> None:
        self._files = segment.open_compound_file(storage)
        self._terms = segment.codec().terms_reader(self._files, segment)

    def row(self, each: str) -> int | None:
        """The row with the id `each`; it may be deleted."""
        try:
            return self._terms.term_info("id", each.encode()).min_id()
        except TermNotFound:
            return None

    def documents(self, segment: Segment) -> Iterator[Document]:
        """The documents that are not deleted, in their order."""
        reader = segment.codec().per_document_reader(self._files, segment)
        for row in range(segment.doc_count_all()):
            if not segment.is_deleted(row):
                yield document_of(reader.stored_fields(row))
