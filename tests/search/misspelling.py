"""Mistakes such as people make when they type, of our own making: seeded, in Spanish and English."""

import random
import re
from collections.abc import Callable

KEYBOARD = ("qwertyuiop", "asdfghjklñ", "zxcvbnm")
# What is heard alike and written otherwise; both ways.
HEARD = {
    "es": [("b", "v"), ("s", "c(?=[ei])"), ("s", "z"), ("ll", "y"), ("g(?=[ei])", "j"), ("x", "j")],
    "en": [("ie", "ei"), ("ance", "ence"), ("able", "ible"), ("ph", "f"), ("ck", "k")],
}


def deletion(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def transposition(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def neighbour(word: str, chance: random.Random) -> str:
    """A key beside the right one."""
    place = chance.randrange(len(word))
    for row in KEYBOARD:
        at = row.find(word[place])
        if at >= 0:
            beside = chance.choice([row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)])
            return word[:place] + beside + word[place + 1 :]
    return word


def doubled(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    return word[:place] + word[place] + word[place:]


def insertion(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + chance.choice("aeiourslnt") + word[place:]


def heard(language: str) -> Callable[[str, random.Random], str]:
    def mistake(word: str, chance: random.Random) -> str:
        pairs = [pair for each in HEARD[language] for pair in (each, each[::-1])]
        chance.shuffle(pairs)
        for pattern, other in pairs:
            letters = re.sub(r"\(.*", "", other)
            if re.search(pattern, word):
                return re.sub(pattern, letters, word, count=1)
        return word

    return mistake


def silent(word: str, chance: random.Random) -> str:
    """An h that is left out, or is put where there is none."""
    without = re.sub(r"(?<!c)h", "", word, count=1)
    return without if without != word else f"h{word}" if word[0] in "aeiou" else word


MISTAKES: dict[str, dict[str, Callable[[str, random.Random], str]]] = {
    "es": {
        "deletion": deletion,
        "transposition": transposition,
        "neighbour": neighbour,
        "doubled": doubled,
        "insertion": insertion,
        "heard alike": heard("es"),
        "silent h": silent,
    },
    "en": {
        "deletion": deletion,
        "transposition": transposition,
        "neighbour": neighbour,
        "doubled": doubled,
        "insertion": insertion,
        "heard alike": heard("en"),
    },
}
