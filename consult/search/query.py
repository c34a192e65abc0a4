"""What a person typed, understood: forgiving of anything, and ready for any engine."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, Protocol

from . import analysis
from .analysis import ANALYSES, LANGUAGES
from .fields import Called, Narrowed, narrowed

# What is longer is not a search; it is cut, not refused.
MAX_LENGTH = 500
MAX_CLAUSES = 24
# In all: a phrase of hundreds of common words would keep a thread for seconds.
MAX_WORDS = 48
# Letters of an unfinished word from which on it counts as the beginning of others.
BEGINNING_MIN = 3
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]+")
# A phrase in straight, curly or angular quotes (a missing end quote means: to the end), or a run
# of anything else; either with a minus before it.
PIECE = re.compile(
    r"""(?P<minus>(?<!\S)-)?
    (?:["“”«»](?P<phrase>[^"“”«»]*)(?P<closed>["“”«»])?|(?P<run>[^\s"“”«»]+))""",
    re.VERBOSE,
)


class Asks(Enum):
    """How much of its words a query asks of a text."""

    ALL = "all"
    SOME = "some"
    ANY = "any"


class CodebookEntry(Protocol):
    """A theme, as far as search knows one: each vocabulary is a phrase a line."""

    slug: str
    name_es: str
    name_en: str
    vocabulary_es: str
    vocabulary_en: str


@dataclass(frozen=True)
class Word:
    """A word as typed; `keys` holds its keys in each analysis.

    Of an `unfinished` word, those that begin with it count too.
    """

    surface: str
    keys: dict[str, tuple[str, ...]] = field(compare=False)
    unfinished: bool = False

    @classmethod
    def of(cls, surface: str) -> "Word":
        """The word with its keys."""
        return cls(surface, {code: analysis.keys(surface, code) for code in ANALYSES})

    def is_stop_word(self, language: str) -> bool:
        """Whether it says nothing in `language`."""
        return analysis.is_stop_word(self.surface, language)

    def same_as(self, other: "Word", language: str) -> bool:
        """Whether the two are one word in `language`, whatever their accents and endings."""
        return not set(self.keys[language]).isdisjoint(other.keys[language])


Phrase = tuple[Word, ...]


def words_of(text: str) -> Phrase:
    """The words of `text`, in order."""
    return tuple(Word.of(word) for word, _start, _end in analysis.tokens(analysis.normal(text)))


@lru_cache(maxsize=4_000)
def _codebook_words(phrase: str) -> Phrase:
    """The words of a phrase of the codebook, which every search goes through again."""
    return words_of(phrase)


@dataclass(frozen=True)
class Expansion:
    """The words `typed` name the theme `slug`; `phrases` is how its codebook says it, per language."""

    slug: str
    typed: str
    phrases: dict[str, tuple[str, ...]] = field(compare=False)


@dataclass(frozen=True)
class Clause:
    """Something a text must have: `words` (a phrase if `adjacent`), or one of the `alternatives`.

    `alternatives` holds the phrases that a theme's vocabulary adds, per language. `loose` words
    stood together as typed, but in no quotes: "hombres/mujeres".
    """

    words: Phrase
    adjacent: bool = False
    loose: bool = False
    alternatives: dict[str, tuple[Phrase, ...]] = field(default_factory=dict, compare=False)

    def surface(self) -> str:
        """The words as typed."""
        return " ".join(word.surface for word in self.words)

    def parts(self) -> tuple["Clause", ...]:
        """The words one by one where they are loose, else the clause as it is."""
        return tuple(Clause((word,)) for word in self.words) if self.loose else (self,)

    def is_stop(self, language: str) -> bool:
        """Whether the clause says nothing in `language`."""
        return all(word.is_stop_word(language) for word in self.words)


@dataclass(frozen=True)
class Query:
    """A search: texts with as much of `required` as it `asks`, and none of `excluded`.

    `filters` are what the field words in `text` chose of each facet, and `rest` is the text without
    them. `unknown` and `kept` are the field words, each with a name, that chose nothing: the name
    was not known, or was to be left out; the name is looked for, or excluded, as words.
    """

    text: str = ""
    required: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    asks: Asks = Asks.ALL
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)
    rest: str = field(default="", compare=False)
    unknown: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    kept: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def meant(self) -> str:
        """What is looked for as it was said: the text without field words and what is excluded."""
        return " ".join(m.group() for m in PIECE.finditer(self.rest) if not m["minus"])

    @property
    def is_unfinished(self) -> bool:
        """Whether its last word may be the beginning of another."""
        return any(word.unfinished for clause in self.required for word in clause.words)

    def clauses(self, language: str) -> tuple[Clause, ...]:
        """The required clauses that tell texts in `language` apart; all of them if none does."""
        telling = tuple(clause for clause in self.required if not clause.is_stop(language))
        return telling or self.required

    def enough(self, language: str) -> int:
        """How many of its clauses in `language` a text must have."""
        count = len(self.clauses(language))
        return {Asks.ALL: count, Asks.SOME: max(1, count // 3), Asks.ANY: 1}[self.asks]

    def relaxed(self) -> Iterator["Query"]:
        """The same search asking for less: a third of the words at least, then any of them."""
        if len(self.required) == 1 and not self.required[0].adjacent:
            # The words named a theme together; now each counts alone.
            words = tuple(Clause((word,)) for word in self.required[0].words)
            self = replace(self, required=words, expansions=())
        before = self
        parts = tuple(part for clause in self.required for part in clause.parts())
        for asks in (Asks.SOME, Asks.ANY):
            less = replace(self, required=parts, asks=asks)
            fewer = any(less.enough(code) < before.enough(code) for code in LANGUAGES)
            if fewer or parts != before.required:
                yield less
                before = less


def printable(typed: str, *, end: bool = True) -> str:
    """`typed` without the characters that no page can show.

    Without `end` the space that ends a word stays, for those who are typing still.
    """
    text = CONTROLS.sub(" ", typed).lstrip()
    return text.rstrip() if end else text


def parse(
    typed: str,
    codebook: Iterable[CodebookEntry] = (),
    called: Called | None = None,
    unfinished: bool = False,
) -> Query:
    """The query in what a person `typed`: words, "phrases", -without and field words.

    Words that name a theme of `codebook` also find what its vocabulary says in the other language.
    Field words are read where `called` tells a facet's values by their names. `unfinished`: the
    person is typing still, so the last word may be the beginning of one.
    """
    text = printable(analysis.normal(typed[:MAX_LENGTH]), end=False)
    left = narrowed(text, called, unfinished) if called else Narrowed(text)
    required: list[Clause] = []
    excluded: list[Clause] = []
    room = MAX_WORDS
    for piece in PIECE.finditer(left.rest):
        words = words_of(piece["phrase"] or piece["run"] or "")[:room]
        room -= len(words)
        if not words:
            continue
        chosen = excluded if piece["minus"] else required
        clauses = [_clause(words, piece["run"])]
        if (
            unfinished
            and chosen is required
            and not piece["closed"]
            and left.rest.endswith(words[-1].surface)
            and piece.end() == len(left.rest)
            and len(words[-1].surface) >= BEGINNING_MIN
        ):
            # In a phrase, too, the last word is not there yet: it counts beside the others.
            last = Clause((replace(words[-1], unfinished=True),))
            clauses = [_clause(words[:-1]), last] if words[1:] else [last]
        for clause in clauses:
            if clause not in chosen and len(required) + len(excluded) < MAX_CLAUSES:
                chosen.append(clause)
    merged, expansions = _expanded(required, codebook)
    return Query(
        text.rstrip(),
        merged,
        tuple(excluded),
        expansions,
        filters=left.filters,
        rest=" ".join(left.rest.split()) if left.filters else text.rstrip(),
        unknown=tuple(left.unknown),
        kept=tuple(left.kept),
    )


def _clause(words: Phrase, run: str | None = None) -> Clause:
    """The clause of a phrase, or of a run: such as "14.28" is words that stand together.

    A run such as "e-mail" may be written as one word too.
    """
    several = len(words) > 1
    alternatives: dict[str, tuple[Phrase, ...]] = {}
    if run and several and (compound := analysis.COMPOUND.fullmatch(run)):
        alternatives = dict.fromkeys(ANALYSES, (words_of(analysis.joined(compound.group())),))
    # The parts of a number say nothing alone.
    loose = several and run is not None and all(word.surface.isalpha() for word in words)
    return Clause(words, several, loose, alternatives)


def _expanded(
    clauses: Sequence[Clause], codebook: Iterable[CodebookEntry]
) -> tuple[tuple[Clause, ...], tuple[Expansion, ...]]:
    """`clauses` with each run that names a theme as one clause with alternatives; and the themes."""
    names = _names(
        tuple(
            _Entry(e.slug, e.name_es, e.name_en, e.vocabulary_es, e.vocabulary_en) for e in codebook
        )
    )
    merged: list[Clause] = []
    expansions: list[Expansion] = []
    start = 0
    while start < len(clauses):
        end, themes = names.longest(clauses, start)
        run = clauses[start:end]
        if themes:
            named = Clause(
                tuple(word for clause in run for word in clause.words),
                adjacent=len(run) == 1 and run[0].adjacent,
            )
            found = [
                names.expansion(slug, named.surface(), languages)
                for slug, languages in themes.items()
            ]
            alternatives = {
                code: tuple(
                    dict.fromkeys(_codebook_words(p) for each in found for p in each.phrases[code])
                )
                + run[0].alternatives.get(code, ())
                for code in LANGUAGES
            }
            merged.append(replace(named, alternatives=alternatives))
            expansions += found
        else:
            merged += run
        start = end
    return tuple(merged), tuple(expansions)


class _Entry(NamedTuple):
    """An entry as it stands now."""

    slug: str
    name_es: str
    name_en: str
    vocabulary_es: str
    vocabulary_en: str


class _Names:
    """The codebook's phrases, to be looked up by the words typed."""

    def __init__(self, codebook: Iterable[_Entry]) -> None:
        self.entries = {entry.slug: entry for entry in codebook}
        # By the unaccented key of their first telling word: (theme, language, the words).
        self.by_first: dict[str, list[tuple[str, str, Phrase]]] = {}
        for slug in self.entries:
            for code in LANGUAGES:
                for phrase in self.phrases(slug, code):
                    if words := self.telling(_codebook_words(phrase), code):
                        first = words[0].keys[code][-1]
                        self.by_first.setdefault(first, []).append((slug, code, words))
        named = [words for found in self.by_first.values() for _slug, _code, words in found]
        self.most_words = max(map(len, named), default=0)

    def phrases(self, slug: str, language: str) -> tuple[str, ...]:
        """The theme's name and vocabulary in `language`."""
        entry = self.entries[slug]
        name = getattr(entry, f"name_{language}") or ""
        lines = (getattr(entry, f"vocabulary_{language}") or "").splitlines()
        # The name may be in the vocabulary too, in other letters.
        spoken = {line.strip().casefold(): line.strip() for line in (*lines, name)}
        return tuple(line for line in spoken.values() if _codebook_words(line))

    @staticmethod
    def telling(words: Phrase, language: str) -> Phrase:
        return tuple(word for word in words if not word.is_stop_word(language))

    def longest(self, clauses: Sequence[Clause], start: int) -> tuple[int, dict[str, set[str]]]:
        """Where the longest run from `start` that names a theme ends, and the themes it names.

        The themes come with the languages they were named in. With no theme the run is one clause.
        """
        typed: dict[str, Phrase] = dict.fromkeys(LANGUAGES, ())
        runs: list[tuple[int, dict[str, Phrase]]] = []
        for end, clause in enumerate(clauses[start:], start + 1):
            if runs and (clause.adjacent or clauses[start].adjacent):
                break
            typed = {code: typed[code] + self.telling(clause.words, code) for code in LANGUAGES}
            if all(len(words) > self.most_words for words in typed.values()):
                break
            runs.append((end, typed))
        for end, typed in reversed(runs):
            themes: dict[str, set[str]] = {}
            for code, words in typed.items():
                for key in words[0].keys[code] if words else ():
                    for slug, language, phrase in self.by_first.get(key, ()):
                        if (
                            language == code
                            and len(phrase) == len(words)
                            and all(a.same_as(b, code) for a, b in zip(phrase, words, strict=True))
                        ):
                            themes.setdefault(slug, set()).add(code)
            if themes:
                return end, themes
        return start + 1, {}

    def expansion(self, slug: str, typed: str, languages: set[str]) -> Expansion:
        """The theme as the other language says it; both languages if it was named in both."""
        return Expansion(
            slug,
            typed,
            {code: self.phrases(slug, code) if languages - {code} else () for code in LANGUAGES},
        )


@lru_cache(maxsize=4)
def _names(codebook: tuple[_Entry, ...]) -> _Names:
    """The names in `codebook`, which every search asks for and which rarely change."""
    return _Names(codebook)
