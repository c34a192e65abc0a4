"""Documents to fill an index with, and which of them it finds."""

from datetime import UTC, datetime, timedelta

from consult.search.engines.base import Document
from consult.search.query import parse

START = datetime(2026, 11, 1, tzinfo=UTC)


def document(number: int, lang: str = "es", text: str | dict[str, str] = "", **fields) -> Document:
    return Document(
        **{
            "id": f"comment:{number}",
            "type": "comment",
            "url": f"comments/{number}/",
            "text": {lang: text} if isinstance(text, str) else text,
            "languages": (lang,),
            "date": START + timedelta(days=number),
        }
        | fields
    )


def ids(engine, typed: str, codebook=(), **kwargs) -> set[str]:
    return {h.document.id for h in engine.search(parse(typed, codebook), {}, **kwargs).hits}
