"""What is in the index: words as keys, facets as columns, and the document itself to show."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from whoosh.analysis import Token, Tokenizer
from whoosh.columns import NumericColumn, RefBytesColumn
from whoosh.fields import COLUMN, ID, STORED, TEXT, Schema

from ... import analysis
from ..base import FACETS, Document

# Raise it when the schema, the analysis or a facet's values change: an index of another format is not read.
FORMAT = 4
SEPARATOR = "\x1f"


class Keys(Tokenizer):
    """Whoosh's door to our analysis: each key of a word stands at the word's place."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, value: str, positions: bool = False, **kwargs: Any) -> Iterator[Token]:
        token = Token(positions, **kwargs)
        token.boost = 1.0
        for place, (word, _start, _end) in enumerate(analysis.tokens(value)):
            for key in analysis.keys(word, self.language):
                token.text = key
                token.pos = place
                yield token


def schema() -> Schema:
    """The index's fields; facets have a column and no postings."""
    fields = Schema(id=ID(unique=True), document=STORED(), date=COLUMN(NumericColumn("q")))
    for code in analysis.ANALYSES:
        fields.add(f"title_{code}", TEXT(analyzer=Keys(code)))
        fields.add(f"text_{code}", TEXT(analyzer=Keys(code)))
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
