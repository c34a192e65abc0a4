"""Which section is which: the same in two languages, and the same as one that a draft has."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from consult.common.texts import plain

from ..models import Section
from ..rules import section_numbers
from .reading import ReadDocument

WORD = re.compile(r"\w+")
# Words that begin alike are often one word in both languages: “educación”, “education”.
ROOT = 4
# From here on two texts of one language are taken for one text that was worked on.
ALIKE = 0.5
HEADING_ALIKE = 60


@dataclass
class Pair:
    """A section to be: its place in the Spanish and in the English text, from 0, each or None.

    `uid`: the section of the draft that it continues; empty: it is new.
    """

    es: int | None = None
    en: int | None = None
    uid: str = ""


@dataclass
class Side:
    """A section as one side of a comparison: its words by their language."""

    level: int
    # As it was typed, and as its place gives it.
    typed: str
    number: str
    headings: dict[str, str]
    bodies: dict[str, str]

    @cached_property
    def names(self) -> dict[str, str]:
        """The headings, by which to tell them apart however they are typed."""
        return {code: " ".join(tokens(text)) for code, text in self.headings.items() if text}

    @cached_property
    def tokens(self) -> dict[str, list[str]]:
        return {code: tokens(plain(html)) for code, html in self.bodies.items()}

    @cached_property
    def roots(self) -> set[str]:
        """What of its words is alike in both languages: how long ones begin, and figures."""
        words = {word for part in self.tokens.values() for word in part}
        words |= {word for name in self.names.values() for word in name.split()}
        return {word[:ROOT] for word in words if len(word) >= ROOT or word.isdigit()}

    @cached_property
    def length(self) -> int:
        return 1 + max(map(len, self.tokens.values()), default=0)


def tokens(text: str) -> list[str]:
    """The words of `text`, without capitals and accents."""
    bare = unicodedata.normalize("NFD", text.casefold())
    return WORD.findall("".join(one for one in bare if not unicodedata.combining(one)))


def sides_of(document: ReadDocument) -> list[Side]:
    """The sections of a file."""
    numbers = section_numbers(section.level for section in document.sections)
    code = document.language
    return [
        Side(one.level, one.number, number, {code: one.heading}, {code: one.body})
        for one, number in zip(document.sections, numbers, strict=True)
    ]


def sides_of_draft(sections: Sequence[Section]) -> list[Side]:
    """The sections of a draft, with their `number`."""
    return [
        Side(
            one.number.count(".") + 1,
            "",
            one.number,
            {"es": one.heading_es or "", "en": one.heading_en or ""},
            {"es": one.body_es or "", "en": one.body_en or ""},
        )
        for one in sections
    ]


def paired(
    spanish: ReadDocument | None, english: ReadDocument | None, sections: Sequence[Section] = ()
) -> list[Pair]:
    """The sections of both texts in pairs, and those of a draft that they continue.

    In the order of the Spanish text; what is in English only stands after what it stands after.
    """
    es = sides_of(spanish) if spanish else []
    en = sides_of(english) if english else []
    pairs = [Pair(es=one, en=other) for one, other in aligned(es, en)]
    old = sides_of_draft(sections)
    new = [joined(es, en, pair) for pair in pairs]
    found = continued(new, old)
    if not spanish:
        # A translation of what the draft has: the other language tells what nothing else does.
        free = [place for place in range(len(old)) if place not in found.values()]
        unmatched = [place for place in range(len(new)) if place not in found]
        for one, other in aligned([old[place] for place in free], [new[p] for p in unmatched]):
            if one is not None and other is not None:
                found[unmatched[other]] = free[one]
    for place, match in found.items():
        pairs[place].uid = str(sections[match].uid)
    return pairs


def joined(es: list[Side], en: list[Side], pair: Pair) -> Side:
    """Both sides of `pair` as one section."""
    sides = [
        side
        for side in (
            es[pair.es] if pair.es is not None else None,
            en[pair.en] if pair.en is not None else None,
        )
        if side
    ]
    return Side(
        sides[0].level,
        sides[0].typed,
        sides[0].number,
        {code: text for side in sides for code, text in side.headings.items()},
        {code: text for side in sides for code, text in side.bodies.items()},
    )


# --- Two languages ---------------------------------------------------------------------------------


def aligned(one: list[Side], other: list[Side]) -> list[tuple[int | None, int | None]]:
    """The places of both, side by side and in order; None where one has nothing beside the other.

    Of all ways to lay them side by side the one that fits best altogether.
    """
    best = [[0.0] * (len(other) + 1) for _row in range(len(one) + 1)]
    for i, left in enumerate(one, 1):
        for j, right in enumerate(other, 1):
            best[i][j] = max(
                best[i - 1][j], best[i][j - 1], best[i - 1][j - 1] + fitness(left, right)
            )
    rows: list[tuple[int | None, int | None]] = []
    i, j = len(one), len(other)
    while i or j:
        if j and best[i][j] == best[i][j - 1]:
            j -= 1
            rows.append((None, j))
        elif i and best[i][j] == best[i - 1][j]:
            i -= 1
            rows.append((i, None))
        else:
            i, j = i - 1, j - 1
            rows.append((i, j))
    return rows[::-1]


def fitness(left: Side, right: Side) -> float:
    """How well two sections of different languages fit: above 0 they may be one."""
    same_number = left.typed == right.typed != ""
    if left.level != right.level and not same_number:
        return 0.0
    fit = 0.1 + 2 * likeness(left.roots, right.roots)
    fit += 0.2 * min(left.length, right.length) / max(left.length, right.length)
    fit += 0.1 * (left.number == right.number)
    if left.typed and right.typed:
        fit += 1.5 if same_number else -0.5
    return fit


def likeness(left: set[str], right: set[str]) -> float:
    """How much two sets have in common, from 0 to 1."""
    both = len(left) + len(right)
    return 2 * len(left & right) / both if both else 0.0


# --- A draft and its next text ---------------------------------------------------------------------


def continued(new: list[Side], old: list[Side]) -> dict[int, int]:
    """For places in `new` the place in `old` of the section it was before; each used once.

    By the heading, else by the number where the words are alike, else by the text.
    """
    found: dict[int, int] = {}
    for similarity in (by_heading, by_number, by_text):
        match_best(new, old, similarity, found)
    return found


def match_best(
    new: list[Side],
    old: list[Side],
    similarity: Callable[[Side, Side], float],
    found: dict[int, int],
) -> None:
    """Add to `found` what fits best of what is not in it yet."""
    taken = set(found.values())
    scores = [
        (score, -abs(i - j), i, j)
        for i, left in enumerate(new)
        if i not in found
        for j, right in enumerate(old)
        if j not in taken and (score := similarity(left, right))
    ]
    for _score, _distance, i, j in sorted(scores, reverse=True):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)


def by_heading(new: Side, old: Side) -> float:
    if not any(new.names[code] == old.names.get(code) for code in new.names):
        return 0.0
    # Several may have one name: “Objetivo”.
    return 1 + 0.3 * (new.number == old.number) + by_text(new, old)


def by_number(new: Side, old: Side) -> float:
    if old.number not in (new.number, new.typed):
        return 0.0
    alike = max(
        (
            fuzz.token_sort_ratio(name, old.names[code])
            for code, name in new.names.items()
            if code in old.names
        ),
        default=0.0,
    )
    return alike if alike >= HEADING_ALIKE else 0.0


def by_text(new: Side, old: Side) -> float:
    return max(
        (
            Indel.normalized_similarity(words, old.tokens[code], score_cutoff=ALIKE)
            for code, words in new.tokens.items()
            if words and old.tokens.get(code)
        ),
        default=0.0,
    )
