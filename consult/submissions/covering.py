"""Covered parts of a text: the words are gone, and a marker `⟦phone⟧` says what stood there."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from .enums import Covered

# The columns of Comment that hold what somebody wrote.
TEXTS = ("body", "proposed_text", "reason")
_MARKER = re.compile("⟦(" + "|".join(Covered.values) + ")⟧")


class Span(NamedTuple):
    """A part of a text: from `start` up to `end`, and what stands there (of Covered)."""

    start: int
    end: int
    kind: str


def cover(text: str, spans: Iterable[Span]) -> str:
    """`text` with `spans`, in any order and perhaps overlapping, replaced by markers."""
    parts, at = [], 0
    for start, end, kind in sorted(spans):
        start = max(start, at)
        if start < end <= len(text):
            parts += [text[at:start], f"⟦{kind}⟧"]
            at = end
    return "".join([*parts, text[at:]])


def _replaced(text: str, block: Callable[[str], str], rest: Callable[[str], str]) -> str:
    pieces = _MARKER.split(text)
    # Between the markers, which stand at every other place, is what was written.
    return "".join(block(each) if i % 2 else rest(each) for i, each in enumerate(pieces))


def _label(kind: str) -> str:
    return str(Covered(kind).label)


def shown(text: str) -> SafeString:
    """`text` as HTML: what was written as text, a covered part as a labelled block."""

    def block(kind: str) -> str:
        return format_html('<span class="covered">{}</span>', _label(kind))

    def rest(words: str) -> str:
        return conditional_escape(words)

    return mark_safe(_replaced(text, block, rest))


def in_words(text: str, language: str | None = None) -> str:
    """`text` as plain words, a covered part as a label in brackets; in the reader's language."""

    def rest(words: str) -> str:
        return words

    if language is None:
        return _replaced(text, lambda kind: f"[{_label(kind)}]", rest)
    with override(language):
        return _replaced(text, lambda kind: f"[{_label(kind)}]", rest)


def without(text: str) -> str:
    """`text` without its covered parts, for an index of words."""
    return _MARKER.sub(" ", text)


def texts_of(row: Any) -> dict[str, str]:
    """The texts of a comment, by column."""
    return {name: getattr(row, name) for name in TEXTS}
