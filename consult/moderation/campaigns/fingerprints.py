"""What a text is compared by: its words as numbers, their runs, and the few of those it is found by.

The numbers are the same in every process and on every machine; they are stored.
"""

import re
import unicodedata
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import LCSseq

WORD = re.compile(r"\w+")
MARKS = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]+")

# Words in a run. Runs of three make strangers alike, runs of five miss letters that names go into.
RUN = 4
# A text of fewer words says nothing of a campaign: many people write "Estoy de acuerdo".
FEWEST_WORDS = 5
# A text with fewer runs of its own is the same as another only to the word.
FEWEST_RUNS = 4
# Of so many runs a text is found by all; of twice as many by every second, of more by every fourth.
RUNS_TAKEN_ALL = 16

# Two texts are alike where so much of the shorter's runs are in the other,
ENOUGH_SHARED = 0.6
# and the shorter has at least so much of the longer's length: a letter may be in a text of one's own.
SHORTEST = 0.3
# Or where they share so much, are nearly as long, and have so many words in the same order:
# a letter with words replaced.
REPLACED_SHARED = 0.15
REPLACED_SHORTEST = 0.6
REPLACED_IN_ORDER = 0.65
# With fewer runs than this, chance is not far: more must be shared.
FEW_RUNS = 12
ENOUGH_OF_FEW = 0.75

BITS = 2**64 - 1
# Odd numbers with bits everywhere: a product's high bits depend on all bits of the factors.
SPREAD = 0x9E3779B97F4A7C15
STEP = 0xD6E8FEB86659FD93
OLDEST = pow(STEP, RUN, 2**64)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text as it is compared."""

    words: tuple[int, ...]
    runs: frozenset[int]
    # Those it is found by; none: it is not to be grouped.
    keys: tuple[int, ...]


@lru_cache(maxsize=100_000)
def _number(word: str) -> int:
    return zlib.crc32(word.encode()) * SPREAD & BITS


def numbers(text: str) -> tuple[int, ...]:
    """The words of `text` as numbers, whatever their case, accents and the signs between them."""
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return tuple(map(_number, WORD.findall(plain)))


def runs(words: tuple[int, ...]) -> list[int]:
    """A number below 2^63 for each run of words in `words`, in their order."""
    found, rolling = [], 0
    for place, word in enumerate(words):
        rolling = (rolling + word) * STEP & BITS
        if place >= RUN:
            rolling = rolling - words[place - RUN] * OLDEST * STEP & BITS
        if place >= RUN - 1:
            found.append((rolling ^ rolling >> 29) * SPREAD % 2**64 >> 1)
    return found


def fingerprint(text: str, known: Collection[int] = frozenset()) -> Fingerprint:
    """What `text` is compared by; `known`: runs that are nobody's own, those of the draft."""
    words = numbers(text)
    own = frozenset(runs(words)).difference(known)
    if len(words) < FEWEST_WORDS:
        return Fingerprint(words, own, ())
    if len(own) < FEWEST_RUNS:
        return Fingerprint(words, frozenset(), (_whole(words),))
    every = 1 if len(own) <= RUNS_TAKEN_ALL else 2 if len(own) <= 2 * RUNS_TAKEN_ALL else 4
    return Fingerprint(words, own, tuple(run for run in own if run % every == 0))


def _whole(words: tuple[int, ...]) -> int:
    total = len(words)
    for word in words:
        total = (total ^ word) * STEP & BITS
    return (total ^ total >> 29) * SPREAD % 2**64 >> 1


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """How much of the shorter text is in the longer, from 0 to 1; 0 where they are not alike."""
    if one.words == other.words:
        return 1.0
    short, long = sorted((len(one.runs), len(other.runs)))
    if not short or short < SHORTEST * long:
        return 0.0
    shared = len(one.runs & other.runs) / short
    if shared >= (ENOUGH_SHARED if short >= FEW_RUNS else ENOUGH_OF_FEW):
        return shared
    if shared >= REPLACED_SHARED and short >= REPLACED_SHORTEST * long:
        in_order: float = LCSseq.normalized_similarity(
            one.words, other.words, score_cutoff=REPLACED_IN_ORDER
        )
        return in_order
    return 0.0


def overlap(one: Fingerprint, other: Fingerprint) -> float:
    """How much two texts have in common of all that is in either, from 0 to 1."""
    if one.words == other.words:
        return 1.0
    return len(one.runs & other.runs) / (len(one.runs | other.runs) or 1)
