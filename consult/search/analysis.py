"""From words to keys: the one place that decides which spellings are the same word.

A text is indexed under every key of its words, and a word finds the texts that share a key with it.

- Accents and capitals do not matter, nor endings. "ano" finds "año", for those who type no ñ; "año"
  finds "año" before "ano", since only the former has both of its keys.
- "e-mail" and "email", "don't" and "dont" find each other (see `places`); so do "worker's" and
  "workers'", "I.A." and "IA", and an acronym in either language (see equivalents).
- "1,000", "1.000" and "1000" are one number; "3.2.1" and "14.28" are numbers that stand together;
  "3o", "3.º" and "3rd" are 3. Digits are the same in every script and width.
- "art. 123" is "artículo 123" in Spanish. (In English "art" is a word.)
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from threading import local

import Stemmer
from whoosh.lang.stopwords import stoplists

from .equivalents import ABBREVIATIONS, acronym

LANGUAGES = ("es", "en")
# How a text in any other language is read: each word as it stands, but for case and accents.
NEUTRAL = "und"
ANALYSES = (*LANGUAGES, NEUTRAL)
ALGORITHMS = {"es": "spanish", "en": "english"}
# What may stand inside of a word without being a letter: accents that no letter has, soft hyphens,
# joiners.
INSIDE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
WORD = re.compile(
    rf"""(?:[A-ZÑ]{{1,2}}\.)+[A-ZÑ]{{1,2}}(?![^\W_])\.?   # I.A., EE.UU
    | (?:[^\W\d_]\.){{2,12}}+(?![^\W_])                 # i.a., no longer: each letter is tried
    | [1-9]\d{{0,2}}(?:[.,]\d{{3}})+(?!\d)                  # 1,000,000
    | \d+\.?[ºª]                                      # 3.º
    | [^\W_]+(?:[{INSIDE}]+[^\W_]*)*(?:['’][sS](?![^\W_]))?""",
    re.VERBOSE,
)
# A text with none of these has words of letters and digits only, which are faster to find.
ODD = re.compile(rf"[.,'’](?=[^\W_])|[ºª{INSIDE}]")
PLAIN_WORD = re.compile(r"[^\W_]+")
# Letters joined to a whole that people write as one word, too.
COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]++(?:[-‐‑'’ʼ][^\W\d_]++)+")
# No word has white space in it.
SPACED = re.compile(r"\S+")
JOINERS = re.compile(r"[-‐‑'’ʼ]")
POSSESSIVE = re.compile(r"['’][sS]\Z")
NOT_LETTERS = re.compile(r"(?<=\d)\.?[ºª]|[.,\u00ad\u200b-\u200d\u2060]")
ORDINAL = re.compile(r"(\d+)(?:[oa]s?|er[oa]?|[rdtvmn][oa]s?|st|nd|rd|th)")
# No word of either language is longer; what is longer is a number, an address or mischief.
WORD_MAX_LENGTH = 64
# Snowball counts these forms of "estar" and "sentir" as stop words; in a draft they are the State
# and the sense of an article.
CONTENT_WORDS = {"estado", "estados", "sentido", "sentidos"}

# What questions are asked with, and the lists lack.
QUESTION_WORDS = {
    "es": ("cuál", "cuáles", "cuánto", "cuánta", "cuántos", "cuántas", "quiénes"),
    "en": ("many", "much", "whose"),
}

# PyStemmer's objects must not be shared by threads.
_stemmers = local()


def normal(text: str) -> str:
    """`text` with each accented letter as one character, as the tables and the index keep it."""
    return unicodedata.normalize("NFC", text)


def fold(word: str, keep: str = "") -> str:
    """`word` without accents; the characters in `keep` stay as they are."""
    if word.isascii():
        return word
    return "".join(char if char in keep else _plain(char) for char in word)


@lru_cache(maxsize=10_000)
def _plain(char: str) -> str:
    """`char` without accents; a digit of any script as 0 to 9."""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))


def folded(word: str) -> str:
    """`word` without accents and capitals."""
    return fold(word.casefold())


def bare(word: str) -> str:
    """A token's letters and digits in plain form, without marks inside and a possessive's end."""
    if word.isascii() and word.isalnum():
        return word
    return unicodedata.normalize("NFKC", NOT_LETTERS.sub("", POSSESSIVE.sub("", word)))


def _stem(language: str, word: str) -> str:
    if not hasattr(_stemmers, language):
        # Without its own cache, which costs more than stemming: `keys` has one.
        setattr(_stemmers, language, Stemmer.Stemmer(ALGORITHMS[language], 0))
    return getattr(_stemmers, language).stemWord(word)


STOP_WORDS = {
    code: frozenset(fold(word) for word in (*stoplists[code], *QUESTION_WORDS[code]))
    - CONTENT_WORDS
    for code in LANGUAGES
} | {NEUTRAL: frozenset()}


@lru_cache(maxsize=100_000)
def keys(word: str, language: str) -> tuple[str, ...]:
    """The keys of `word` in `language`; the last is the same however the word is accented.

    Folding before stemming loses inflections ("camión", "camiones") and folding after it loses
    people who type no accents, so Spanish has both keys. The first keeps ñ apart from n.
    """
    word = bare(word[: 2 * WORD_MAX_LENGTH])
    if key := acronym(word, capitals=language == NEUTRAL):
        return (key,)
    word = word.casefold()[:WORD_MAX_LENGTH]
    if ordinal := ORDINAL.fullmatch(fold(word)):
        word = ordinal[1]
    word = ABBREVIATIONS.get(language, {}).get(fold(word), word)
    if language == NEUTRAL:
        return (fold(word),)
    unaccented = _stem(language, fold(word))
    if language != "es" or word.isascii():
        return (unaccented,)
    inflected = fold(_stem(language, word), keep="ñ")
    return (unaccented,) if inflected == unaccented else (inflected, unaccented)


def begins(word: str, beginning: str) -> bool:
    """Whether `word` begins with `beginning`, whatever the accents and capitals of both."""
    return folded(bare(word)).startswith(folded(bare(beginning)))


def analysis_of(language: str) -> str:
    """How texts in `language` are read."""
    return language if language in LANGUAGES else NEUTRAL


@lru_cache(maxsize=100_000)
def is_stop_word(word: str, language: str) -> bool:
    """Whether `word` is too common in `language` to tell one text from another."""
    word = bare(word)
    # "IT" is not "it".
    return folded(word) in STOP_WORDS[language] and not acronym(word, capitals=True)


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of `text` (in the form `normal` gives) with where it starts and ends."""
    for match in (WORD if ODD.search(text) else PLAIN_WORD).finditer(text):
        yield match.group(), match.start(), match.end()


# Between the first word of a compound and the whole written as one word.
WHOLE = "\x1f"


def words(text: str) -> list[str]:
    """The words of `text`, the first one of a compound with the whole: see `keys_of`.

    No word, nor compound, has white space in it: a text's words are those of its parts between it.
    """
    if text.isalpha():
        return [text]
    if not JOINERS.search(text):
        return (WORD if ODD.search(text) else PLAIN_WORD).findall(text)
    wholes = {match.start(): match.group() for match in COMPOUND.finditer(text)}
    return [
        f"{word}{WHOLE}{joined(wholes[start])}" if start in wholes else word
        for word, start, _end in tokens(text)
    ]


def keys_of(word: str, language: str) -> tuple[str, ...]:
    """The keys at the place of one of `words`.

    A compound such as "e-mail" is its words, and also one word at the first one's place.
    """
    first, _mark, whole = word.partition(WHOLE)
    found = keys(first, language)
    more = keys(whole, language) if whole else ()
    return (*found, *(key for key in more if key not in found))


def places(text: str, language: str) -> Iterator[tuple[int, tuple[str, ...], int, int]]:
    """Where in `text` each key stands: the place among the words, the keys, the start and the end.

    A compound such as "e-mail" is its words, and also one word at the first one's place.
    """
    count = 0
    for part in SPACED.finditer(text):
        offset = part.start()
        words, found = _placed(part.group(), language)
        for place, keys, start, end in found:
            yield count + place, keys, offset + start, offset + end
        count += words


@lru_cache(maxsize=50_000)
def _placed(
    text: str, language: str
) -> tuple[int, tuple[tuple[int, tuple[str, ...], int, int], ...]]:
    """How many words a `text` without white space has, and where its keys stand."""
    joins = JOINERS.search(text)
    compounds = {match.start(): match for match in COMPOUND.finditer(text)} if joins else {}
    placed = []
    count = 0
    for count, (word, start, end) in enumerate(tokens(text), 1):
        found = keys(word, language)
        placed.append((count - 1, found, start, end))
        if compound := compounds.get(start):
            whole = keys(joined(compound.group()), language)
            if more := tuple(key for key in whole if key not in found):
                placed.append((count - 1, more, start, compound.end()))
    return count, tuple(placed)


def joined(compound: str) -> str:
    """The words of a compound written as one."""
    return JOINERS.sub("", compound)


# Between a word's letters without accents and the word itself.
SPELT = "\x1f"


def spelling(word: str) -> str:
    """`word` as the vocabulary keeps it: to be found by its beginning without accents."""
    word = word.casefold()[:WORD_MAX_LENGTH]
    plain = fold(word)
    return plain if plain == word else f"{plain}{SPELT}{word}"


def spellings_of(word: str, language: str) -> tuple[str, ...]:
    """How the vocabulary keeps one of `words`, if it says something in `language`."""
    word = bare(word.partition(WHOLE)[0]).casefold()
    return () if is_stop_word(word, language) else (spelling(word),)
