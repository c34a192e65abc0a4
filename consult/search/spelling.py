"""How likely one word is what a person meant who typed another; for words without accents."""

import math
import re
from functools import lru_cache

from rapidfuzz.distance import OSA

# Shorter words are near to too many others.
LENGTH_MIN = 4
# Letters of each of two words that were typed as one.
PART_MIN = 3
# Letters that are wrong, left out, too many or swapped: more than that is another word.
EDITS_MAX = 2
# Of a word up to this length, one.
SHORT = 5
# What one edit weighs against how frequent a word is: a word must be found e^6 times as often.
WEIGHT = 6.0
# A word that is there, but in no more documents, may be a mistake of theirs...
RARE = 2
# ...if one that is an edit away is in so many times as many.
MORE_FREQUENT = 20

# Letters that sound alike; in Spanish wherever it is spoken in America, and in English.
SOUNDS = {
    "es": (
        (re.compile(r"(?<!c)h"), ""),
        (re.compile(r"qu(?=[ei])|k|c(?=[^eih]|$)"), "k"),
        (re.compile(r"c(?=[ei])|z|x(?=[ct])"), "s"),
        (re.compile(r"g(?=[ei])|x"), "j"),
        (re.compile(r"gu(?=[ei])"), "g"),
        (re.compile(r"v"), "b"),
        (re.compile(r"ll"), "y"),
        (re.compile(r"m(?=[bp])"), "n"),
        (re.compile(r"(.)\1+"), r"\1"),
    ),
    "en": (
        (re.compile(r"ph"), "f"),
        (re.compile(r"ck|c(?=[^eihy]|$)|q"), "k"),
        (re.compile(r"c(?=[eiy])|z"), "s"),
        (re.compile(r"(?<=.)(?:ie|ei|ea|ee)"), "i"),
        (re.compile(r"(?<=.)[ae](?=n[ct]|bl|r$)|i(?=bl)"), "a"),
        (re.compile(r"(.)\1+"), r"\1"),
    ),
}
KEYBOARD = ("qwertyuiop", "asdfghjklñ", "zxcvbnm")
NEIGHBOURS = frozenset(
    pair
    for upper, lower in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2))
    for shift in ((1,) if upper == lower else (0, -1))
    for place, letter in enumerate(KEYBOARD[upper])
    if 0 <= place + shift < len(KEYBOARD[lower])
    for pair in (
        (letter, KEYBOARD[lower][place + shift]),
        (KEYBOARD[lower][place + shift], letter),
    )
)
VOWELS = frozenset("aeiou")


@lru_cache(maxsize=20_000)
def sound(word: str, language: str) -> str:
    """`word` as it sounds in `language`, more or less."""
    for pattern, letters in SOUNDS[language]:
        word = pattern.sub(letters, word)
    return word


def edits(typed: str) -> int:
    """How many edits from `typed` a word may be."""
    return 1 if len(typed) <= SHORT else EDITS_MAX


def likelihood(typed: str, word: str, frequency: int, language: str) -> float:
    """How likely `word`, in so many documents, was meant: to compare with others."""
    return math.log1p(frequency) - WEIGHT * cost(typed, word, language)


def cost(typed: str, word: str, language: str) -> float:
    """How far `typed` is from `word`: about the number of edits, less for those that people make."""
    heard = OSA.distance(sound(typed, language), sound(word, language))
    if heard == 0:
        return 0.5
    distance = OSA.distance(typed, word)
    if distance == 1:
        return _of_one_edit(typed, word)
    return float(distance) if heard >= distance else heard + 0.4


def _of_one_edit(typed: str, word: str) -> float:
    start = next(
        (i for i, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b),
        min(len(typed), len(word)),
    )
    # People know how a word begins.
    penalty = 0.3 if start == 0 else 0.0
    if len(typed) != len(word):
        longer = max(typed, word, key=len)
        doubled = longer[start] in (longer[start - 1 : start], longer[start + 1 : start + 2])
        return (0.7 if doubled else 0.9) + penalty
    if typed[start + 1 :] != word[start + 1 :]:
        return 0.7 + penalty
    pair = (typed[start], word[start])
    near = pair in NEIGHBOURS or VOWELS.issuperset(pair)
    return (0.8 if near else 1.0) + penalty
