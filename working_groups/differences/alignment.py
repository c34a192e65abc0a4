"""Which words of two texts are the same, found line by line, then word by word."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import NamedTuple, Protocol, TypeVar

from rapidfuzz.distance import Indel

from consult.common import markup

from .lines import Block, Line, Path, Piece, Row, Table, blocks_of, tree_of

# What two lines must share of the shorter one's words, to be one line that changed.
ENOUGH = 0.4
# Lines with fewer words than these that say something are told apart by their small words too.
FEW = 4
# Words that are found in any text: alone between two changes, they tell nobody that they stayed.
WEAK = frozenset(
    [
        "como",
        "desde",
        "donde",
        "entre",
        "esta",
        "este",
        "esto",
        "hasta",
        "para",
        "pero",
        "porque",
        "sobre",
        "según",
        "their",
        "there",
        "these",
        "this",
        "those",
        "under",
        "upon",
        "when",
        "where",
        "which",
        "with",
        "from",
        "have",
        "into",
        "that",
        "than",
        "then",
        "they",
        "shall",
        "other",
        "otra",
        "otro",
        "cual",
        "cuya",
        "cuyo",
        "sino",
        "cada",
        "sean",
        "será",
        "serán",
        "were",
        "will",
        "been",
    ]
)
# More words than these in a stretch, multiplied, are not compared: it went and the other came.
MOST = 400_000_000


class Passage(NamedTuple):
    """Words of the older text, and those of the newer in their place; `same`: the same words.

    The paths are those of the lines (or footnotes, references) that the words stand in; None where
    the line has no counterpart. Without any words, it says that two elements are counterparts.
    """

    same: bool
    older_path: Path | None
    newer_path: Path | None
    older: list[Piece]
    newer: list[Piece]


class Keyed(Protocol):
    """What can be aligned: something with words."""

    keys: list[str]


K = TypeVar("K", bound=Keyed)
Pair = tuple[K | None, K | None]


def compare(older: str, newer: str) -> list[Passage]:
    """The difference of two texts (HTML): all of both, in order."""
    places = count()
    if older == newer:
        lines = (line for block in blocks_of(markup.parse(newer), places) for line in block.lines)
        return [Passage(True, line.path, line.path, line.pieces, line.pieces) for line in lines]
    older_blocks = blocks_of(markup.parse(older), places)
    newer_blocks = blocks_of(markup.parse(newer), places)
    return list(_compared(older_blocks, newer_blocks))


def older_of(difference: list[Passage]) -> str:
    """The older text, in its one form."""
    return markup.html_of(tree_of(piece for each in difference for piece in each.older))


def newer_of(difference: list[Passage]) -> str:
    """The newer text, in its one form."""
    return markup.html_of(tree_of(piece for each in difference for piece in each.newer))


def _compared(older: Sequence[Block], newer: Sequence[Block]) -> Iterator[Passage]:
    for old, new in _pairs(older, newer):
        if isinstance(old, Line) and isinstance(new, Line):
            yield from _words(old, new)
        elif isinstance(old, Table) and isinstance(new, Table) and old.is_like(new):
            yield from _rows(old, new)
        else:
            yield from _whole(old, new)


def _whole(old: Block | Row | None, new: Block | Row | None) -> Iterator[Passage]:
    """`old` as what went, and `new` as what came."""
    for line in old.lines if old else ():
        yield Passage(False, line.path, None, line.pieces, [])
    for line in new.lines if new else ():
        yield Passage(False, None, line.path, [], line.pieces)


def _rows(old: Table, new: Table) -> Iterator[Passage]:
    yield Passage(True, old.path, new.path, [], [])
    fixed = old.fixed
    pairs: list[Pair[Row]] = [*zip(old.rows[:fixed], new.rows[:fixed], strict=True)]
    pairs += _pairs(old.rows[fixed:], new.rows[fixed:], in_turn=True)
    for old_row, new_row in pairs:
        if not old_row or not new_row or old_row.shape != new_row.shape:
            yield from _whole(old_row, new_row)
            continue
        for (old_cell, before), (new_cell, after) in zip(old_row.cells, new_row.cells, strict=True):
            yield Passage(True, old_cell, new_cell, [], [])
            yield from _compared(before, after)


def _words(old: Line, new: Line) -> Iterator[Passage]:
    for same, i, j, k, m in _tidied(_steps(old.keys, new.keys), old.keys, new.keys):
        if not same:
            yield Passage(False, old.path, new.path, old.slice(i, j), new.slice(k, m))
            continue
        # The same words; what is inside a note or a reference may not be.
        for place in range(i, j):
            if place in old.units:
                there = k + place - i
                if i < place:
                    yield Passage(
                        True, old.path, new.path, old.slice(i, place), new.slice(k, there)
                    )
                yield from _words(old.unit(place), new.unit(there))
                i, k = place + 1, there + 1
        if i < j:
            yield Passage(True, old.path, new.path, old.slice(i, j), new.slice(k, m))


# Whether the words are the same, and from where to before where they stand in either text.
Step = tuple[bool, int, int, int, int]


def _steps(older: Sequence[str], newer: Sequence[str]) -> list[Step]:
    """How to get from `older` to `newer`: stretches of the same and of other words, in turn."""
    if len(older) * len(newer) > MOST or len(older) + len(newer) > sys.maxunicode:
        return [(False, 0, len(older), 0, len(newer))]
    # Each word as one character: that is fast, and exact.
    letters: dict[str, str] = defaultdict(map(chr, count()).__next__)
    one, other = ("".join([letters[key] for key in keys]) for keys in (older, newer))
    steps: list[Step] = []
    i = k = 0
    for block in Indel.opcodes(one, other):
        if block.tag != "equal":
            continue
        if i < block.src_start or k < block.dest_start:
            steps.append((False, i, block.src_start, k, block.dest_start))
        i, k = block.src_end, block.dest_end
        steps.append((True, block.src_start, i, block.dest_start, k))
    if i < len(older) or k < len(newer):
        steps.append((False, i, len(older), k, len(newer)))
    return steps


@lru_cache(100_000)
def _is_weak(key: str) -> bool:
    """Whether a word says little by itself: a short one, or a sign."""
    if len(key) <= 3:
        return not any(letter.isdecimal() for letter in key)
    return key.lower() in WEAK


def _tidied(steps: list[Step], older: Sequence[str], newer: Sequence[str]) -> list[Step]:
    """`steps` without words that only seem to have stayed, between others that were replaced."""
    tidied: list[Step] = []
    for step in steps:
        tidied.append(step)
        while len(tidied) > 2 and not tidied[-1][0] and _is_island(tidied[-3:], older):
            (_c, i, _j, k, _m), _same, (_d, _i, j, _k, m) = tidied[-3:]
            tidied[-3:] = [(False, i, j, k, m)]
    return tidied


def _is_island(steps: list[Step], older: Sequence[str]) -> bool:
    """Whether the middle one of three steps is lost between the changes on both sides."""
    (_c, i, j, k, m), (_same, start, end, _k, _m), (_d, n, o, p, q) = steps
    if not ((i < j and k < m) or (n < o and p < q)):
        # Words only went or only came on either side: those between did stay.
        return False
    smaller = min(max(j - i, m - k), max(o - n, q - p))
    length = end - start
    if all(_is_weak(key) for key in older[start:end]):
        return length <= min(smaller + 1, 4)
    return length * 6 <= smaller


def _pairs(older: Sequence[K], newer: Sequence[K], in_turn: bool = False) -> list[Pair[K]]:
    """What of `older` is what of `newer`, all of both in order; None: it has no counterpart.

    `in_turn`: where as many went as came, they are counterparts however little they share.
    """
    pairs: list[Pair[K]] = []
    steps = _steps(*([" ".join(each.keys) for each in side] for side in (older, newer)))
    for same, i, j, k, m in steps:
        if same or (in_turn and j - i == m - k):
            pairs += zip(older[i:j], newer[k:m], strict=True)
        else:
            pairs += _alike(older[i:j], newer[k:m])
    return pairs


def _alike(older: Sequence[K], newer: Sequence[K]) -> Iterator[Pair[K]]:
    """Those that share enough words as pairs, in order; before each, what went and what came."""
    i = k = 0
    for j, m in [*_likest(older, newer), (len(older), len(newer))]:
        yield from ((old, None) for old in older[i:j])
        yield from ((None, new) for new in newer[k:m])
        yield from zip(older[j : j + 1], newer[m : m + 1], strict=True)
        i, k = j + 1, m + 1


def _telling(keys: Sequence[str]) -> list[str]:
    """Those of the words `keys` that tell one line from another: all, where there are few."""
    strong = [key for key in keys if not _is_weak(key)]
    return strong if len(strong) >= FEW else [key for key in keys if key.isalnum()]


def _likest(older: Sequence[Keyed], newer: Sequence[Keyed]) -> list[tuple[int, int]]:
    """The places of those that share enough words, in order."""
    if not older or not newer:
        return []
    words: list[list[str]] = [[], []]
    # For each of the words, whose it is.
    owners: list[list[int]] = [[], []]
    for side, all_words, all_owners in zip((older, newer), words, owners, strict=True):
        for place, each in enumerate(side):
            telling = _telling(each.keys)
            all_words += telling
            all_owners += [place] * len(telling)
    common = Counter[tuple[int, int]]()
    for same, i, j, k, m in _steps(*words):
        if same:
            common.update(zip(owners[0][i:j], owners[1][k:m], strict=True))
    totals = [Counter(each) for each in owners]
    chosen: dict[int, int] = {}
    for (one, other), shared in common.most_common():
        # What is common to both goes up in both: any of these pairs are in order.
        if one in chosen or other in chosen.values():
            continue
        if shared >= ENOUGH * min(totals[0][one], totals[1][other]):
            chosen[one] = other
    return sorted(chosen.items())
