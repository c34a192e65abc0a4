"""From words to keys: the one place that decides which spellings are the same word.

A text is indexed under every key of its words, and a word finds the texts that share a key with it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from threading import local

import Stemmer
from whoosh.lang.stopwords import stoplists

LANGUAGES = ("es", "en")
# How a text in any other language is read: each word as it stands, but for case and accents.
NEUTRAL = "und"
ANALYSES = (*LANGUAGES, NEUTRAL)
ALGORITHMS = {"es": "spanish", "en": "english"}
WORD = re.compile(r"[^\W_]+")
# No word of either language is longer; what is longer is a number, an address or mischief.
WORD_MAX_LENGTH = 64
# Snowball counts these forms of "estar" and "sentir" as stop words; in a draft they are the State
# and the sense of an article.
CONTENT_WORDS = {"estado", "estados", "sentido", "sentidos"}

# PyStemmer's objects must not be shared by threads.
_stemmers = local()


def normal(text: str) -> str:
    """`text` with each accented letter as one character, as the tables and the index keep it."""
    return unicodedata.normalize("NFC", text)


def fold(word: str, keep: str = "") -> str:
    """`word` without accents; the characters in `keep` stay as they are."""
    if word.isascii():
        return word
    return "".join(
        char
        if char in keep
        else "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
        for char in word
    )


def _stem(language: str, word: str) -> str:
    if not hasattr(_stemmers, language):
        setattr(_stemmers, language, Stemmer.Stemmer(ALGORITHMS[language]))
    return getattr(_stemmers, language).stemWord(word)


STOP_WORDS = {
    code: frozenset(fold(word) for word in stoplists[code]) - CONTENT_WORDS for code in LANGUAGES
} | {NEUTRAL: frozenset()}


@lru_cache(maxsize=100_000)
def keys(word: str, language: str) -> tuple[str, ...]:
    """The keys of `word` in `language`; the last is the same however the word is accented.

    Folding before stemming loses inflections ("camión", "camiones") and folding after it loses
    people who type no accents, so Spanish has both keys. The first keeps ñ apart from n.
    """
    word = word.casefold()[:WORD_MAX_LENGTH]
    if language == NEUTRAL:
        return (fold(word),)
    unaccented = _stem(language, fold(word))
    if language != "es" or word.isascii():
        return (unaccented,)
    inflected = fold(_stem(language, word), keep="ñ")
    return (unaccented,) if inflected == unaccented else (inflected, unaccented)


def begins(word: str, beginning: str) -> bool:
    """Whether `word` begins with `beginning`, whatever the accents and capitals of both."""
    return fold(word.casefold()).startswith(fold(beginning.casefold()))


def analysis_of(language: str) -> str:
    """How texts in `language` are read."""
    return language if language in LANGUAGES else NEUTRAL


@lru_cache(maxsize=100_000)
def is_stop_word(word: str, language: str) -> bool:
    """Whether `word` is too common in `language` to tell one text from another."""
    return fold(word.casefold()) in STOP_WORDS[language]


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of `text` (in the form `normal` gives) with where it starts and ends."""
    for match in WORD.finditer(text):
        yield match.group(), match.start(), match.end()


# Between a word's letters without accents and the word itself.
SPELT = "\x1f"


def spelling(word: str) -> str:
    """`word` as the vocabulary keeps it: to be found by its beginning without accents."""
    word = word.casefold()[:WORD_MAX_LENGTH]
    folded = fold(word)
    return folded if folded == word else f"{folded}{SPELT}{word}"


def spellings(text: str, language: str) -> set[str]:
    """The words of `text` that say something in `language`, as the vocabulary keeps them."""
    words = {word.casefold() for word, _start, _end in tokens(text)}
    return {spelling(word) for word in words if not is_stop_word(word, language)}
