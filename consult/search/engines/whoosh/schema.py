"""What is in the index: words as keys, facets as columns, and the document itself to show."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import fields as fields_of_class
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import Any

from whoosh import formats
from whoosh.columns import ColumnWriter, NumericColumn, RefBytesColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema
from whoosh.filedb.structfile import StructFile

from ... import analysis
from ..base import FACETS, Document

# Raise it when the schema, the analysis or a facet's values change: an index of another format is not read.
FORMAT = 6
SEPARATOR = "\x1f"


class Positions(formats.Positions):
    """Where in a text a key stands, as numbers of two bytes; of four, after a byte, if one is larger.

    Whoosh's own are pickles, which cost more to read than everything else together.
    """

    def encode(self, poslist: Sequence[int]) -> bytes:
        if poslist[-1] < 1 << 16:
            return array("H", poslist).tobytes()
        return b"\x00" + array("I", poslist).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        long = len(valuestring) % 2
        return array("I" if long else "H", valuestring[long:]).tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        return len(valuestring) // (4 if len(valuestring) % 2 else 2)

    def combine(self, vs: Iterable[bytes]) -> bytes:
        return self.encode(sorted({place for v in vs for place in self.decode_positions(v)}))


class PackedPlaces(Sequence[bytes]):
    """Where a key stands in each of several texts: Whoosh's tuple of values, in one piece.

    `sizes` says how many bytes of `data` each takes. What is all of two-byte numbers is even.
    """

    def __init__(self, sizes: "array[int]", data: bytes) -> None:
        self.sizes = sizes
        self.data = data

    def __reduce__(self) -> tuple[Any, ...]:
        return PackedPlaces, (self.sizes, self.data)

    def __len__(self) -> int:
        return len(self.sizes)

    @cached_property
    def _offsets(self) -> list[int]:
        return list(accumulate(self.sizes, initial=0))

    def __getitem__(self, number: Any) -> Any:
        return self.data[self._offsets[number] : self._offsets[number + 1]]


class Cells(RefBytesColumn):
    """A number for each document, and what the numbers stand for, once.

    Whoosh's own writer forgets what comes after 65,535 different cells; its reader takes more.
    """

    class Writer(ColumnWriter):
        def __init__(self, file: StructFile, _fixed_length: int, default: bytes) -> None:
            self._file = file
            self._numbers = array("I")
            self._cells = {default: 0}

        def fill(self, document: int) -> None:
            """Give the documents before `document` that have none the default."""
            self._numbers.extend([0] * (document - len(self._numbers)))

        def add(self, document: int, cell: bytes) -> None:
            self.fill(document)
            self._numbers.append(self._cells.setdefault(cell, len(self._cells)))

        def finish(self, count: int) -> None:
            self.fill(count)
            code = next(c for c in "BHI" if len(self._cells) <= 1 << 8 * array(c).itemsize)
            self._file.write_array(array(code, self._numbers))
            self._file.write_varint(len(self._cells))
            for cell in self._cells:
                self._file.write_varint(len(cell))
                self._file.write(cell)
            self._file.write_byte(ord(code))


class Keys(FieldType):
    """A text, indexed under the keys of its words: each key stands at its word's place.

    Whoosh's own writer is not used (see building), so nothing analyses a text here.
    """

    scorable = True

    def __init__(self) -> None:
        self.format = Positions()
        self.analyzer = None
        self.set_sortable(False)


class Spellings(FieldType):
    """The words of a text as written: what completes a word, and what one may have meant."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.set_sortable(False)


def schema() -> Schema:
    """The index's fields; facets have a column and no postings."""
    fields = Schema(id=ID(unique=True), document=STORED(), date=COLUMN(NumericColumn("q")))
    for code in analysis.ANALYSES:
        fields.add(f"title_{code}", Keys())
        fields.add(f"text_{code}", Keys())
        fields.add(f"words_{code}", Spellings())
    for name in FACETS:
        fields.add(f"facet_{name}", COLUMN(Cells()))
    return fields


_values = attrgetter(*(each.name for each in fields_of_class(Document)))


def stored(document: Document) -> dict[str, Any]:
    """`document` as a row keeps it: its values, in their order."""
    return {"document": _values(document)}


def document_of(stored: dict[str, Any]) -> Document:
    """The document in a row's stored fields."""
    return Document(*stored["document"])


@lru_cache(maxsize=10_000)
def values_of(column: bytes) -> tuple[str, ...]:
    """The facet values in a column's cell."""
    return tuple(column.decode().split(SEPARATOR)) if column else ()
