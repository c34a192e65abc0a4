"""What is in the index: words as keys, facets as columns, and the document itself to show."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from whoosh import formats
from whoosh.columns import NumericColumn, RefBytesColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema

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


class Keys(FieldType):
    """A text, indexed under the keys of its words: each key stands at its word's place."""

    scorable = True

    def __init__(self, language: str) -> None:
        self.language = language
        self.format = Positions()
        self.analyzer = None
        self.set_sortable(False)

    def index(self, value: str, **kwargs: Any) -> list[tuple[bytes, int, float, bytes]]:
        """What Whoosh asks of a field: each key, how often, its weight, and where."""
        places: dict[str, list[int]] = {}
        for place, keys, _start, _end in analysis.places(value, self.language):
            for key in keys:
                places.setdefault(key, []).append(place)
        encode = self.format.encode
        return [(k.encode(), len(p), float(len(p)), encode(p)) for k, p in places.items()]


class Spellings(FieldType):
    """The words of a text as written: what completes a word, and what one may have meant."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.format = formats.Existence()
        self.analyzer = None
        self.set_sortable(False)

    def index(self, value: str, **kwargs: Any) -> list[tuple[bytes, int, float, bytes]]:
        """What Whoosh asks of a field; once a text."""
        found = analysis.spellings(value, self.language)
        return [(term.encode(), 1, 1.0, b"") for term in found]


def schema() -> Schema:
    """The index's fields; facets have a column and no postings."""
    fields = Schema(id=ID(unique=True), document=STORED(), date=COLUMN(NumericColumn("q")))
    for code in analysis.ANALYSES:
        fields.add(f"title_{code}", Keys(code))
        fields.add(f"text_{code}", Keys(code))
        fields.add(f"words_{code}", Spellings(code))
    for name in FACETS:
        fields.add(f"facet_{name}", COLUMN(RefBytesColumn()))
    return fields


def fields_of(document: Document) -> dict[str, Any]:
    """`document` as the index keeps it."""
    fields: dict[str, Any] = {
        "id": document.id,
        "document": asdict(document),
        "date": int(document.date.timestamp()) if document.date else 0,
    }
    for code in analysis.ANALYSES:
        fields[f"title_{code}"] = document.title.get(code) or None
        fields[f"text_{code}"] = document.text.get(code) or None
        both = filter(None, (document.title.get(code), document.text.get(code)))
        fields[f"words_{code}"] = "\n".join(both) or None
    for name in FACETS:
        fields[f"facet_{name}"] = SEPARATOR.join(document.facet(name)).encode()
    return fields


def document_of(stored: dict[str, Any]) -> Document:
    """The document in a row's stored fields."""
    return Document(**stored["document"])


@lru_cache(maxsize=10_000)
def values_of(column: bytes) -> tuple[str, ...]:
    """The facet values in a column's cell."""
    return tuple(column.decode().split(SEPARATOR)) if column else ()
