"""The words of a text that answer a query: where they are, and the passage to show."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from . import analysis
from .query import Clause, Phrase, Query, Word

# Characters of text in an excerpt.
LENGTH = 260


@dataclass(frozen=True)
class Found:
    """Where a text answers a query: a (start, end) for each place, and which clauses have one."""

    spans: tuple[tuple[int, int], ...] = ()
    clauses: frozenset[Clause] = frozenset()
    # The clauses of which the text has what was typed, not only a theme's way to say it.
    as_typed: frozenset[Clause] = frozenset()


def find(text: str, language: str, query: Query) -> Found:
    """Where `text`, in `language`, has the required clauses of `query`."""
    if not text:
        return Found()
    clauses = query.clauses(language)
    asked = {key for clause in clauses for key in _keys(clause, language)}
    # By place where a key asked for stands: where that begins, and where what has the key ends.
    starts_at: dict[int, int] = {}
    ends_at: dict[int, dict[str, int]] = {}
    places: dict[str, list[int]] = {}
    for place, keys, start, end in analysis.places(text, language):
        if not asked.isdisjoint(keys):
            starts_at[place] = start
            ends_at.setdefault(place, {}).update(dict.fromkeys(keys, end))
            for key in keys:
                places.setdefault(key, []).append(place)

    def of_phrase(phrase: Phrase) -> set[tuple[int, int]]:
        wanted = [word.keys[language] for word in phrase]
        found = set()
        for first in {place for key in wanted[0] for place in places.get(key, ())}:
            ends = [
                [at[key] for key in keys if key in at]
                for place, keys in enumerate(wanted, first)
                if (at := ends_at.get(place))
            ]
            if len(ends) == len(wanted) and all(ends):
                found.add((starts_at[first], max(ends[-1])))
        return found

    def of_word(word: Word) -> set[tuple[int, int]]:
        found = of_phrase((word,))
        if word.unfinished:
            found |= {
                (start, end)
                for each, start, end in analysis.tokens(text)
                if analysis.begins(each, word.surface) and not analysis.is_stop_word(each, language)
            }
        return found

    def of_clause(clause: Clause) -> set[tuple[int, int]]:
        if clause.adjacent:
            return of_phrase(clause.words)
        telling = [word for word in clause.words if not word.is_stop_word(language)]
        found = [of_word(word) for word in telling or clause.words]
        return set().union(*found) if all(found) else set()

    spans: set[tuple[int, int]] = set()
    met, as_typed = set(), set()
    for clause in clauses:
        typed = of_clause(clause)
        phrases = clause.alternatives.get(language, ())
        others = set().union(*(of_phrase(phrase) for phrase in phrases))
        spans |= typed | others
        if typed:
            as_typed.add(clause)
        if typed or others:
            met.add(clause)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return Found(tuple(merged), frozenset(met), frozenset(as_typed))


def _keys(clause: Clause, language: str) -> Iterator[str]:
    """The keys of all that `clause` may be found by."""
    for phrase in (clause.words, *clause.alternatives.get(language, ())):
        for word in phrase:
            yield from word.keys[language]


def marked(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    """`text` as HTML, escaped, with each span in a `<mark>`."""
    pieces, position = [], 0
    for start, end in spans:
        pieces += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    return mark_safe("".join([*pieces, escape(text[position:])]))


def excerpt(
    text: str, spans: Sequence[tuple[int, int]], around: tuple[int, int] | None = None
) -> SafeString:
    """The passage of `text` with most of the spans, as HTML with them marked.

    Where there are none, the passage is the one `around` a place.
    """
    if len(text) <= LENGTH:
        return marked(text, spans)
    begin, end = _passage(text, spans or ([around] if around else ()))
    inside = [(s - begin, e - begin) for s, e in spans if begin <= s and e <= end]
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    return mark_safe(f"{before}{marked(text[begin:end].rstrip(), inside)}{after}")


def _passage(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Where a passage of about LENGTH characters begins and ends, between words."""
    starts = [start for start, _end in spans]
    begin = 0
    if starts:
        first = max(
            range(len(starts)),
            key=lambda i: (bisect_left(starts, starts[i] + LENGTH - 60) - i, -i),
        )
        begin = max(0, starts[first] - 60)
    begin = min(begin, len(text) - LENGTH)
    if begin:
        # Forward to a word's start, unless the word is longer than any word.
        space = text.find(" ", begin, begin + 60)
        begin = space + 1 if space >= 0 else begin
    end = begin + LENGTH
    if end < len(text):
        space = text.rfind(" ", end - 60, end)
        end = space if space >= 0 else end
    return begin, min(end, len(text))
