"""What is asked in the benchmark of the search: words and phrases that the corpus has, often or rarely."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from consult.search.analysis import fold, is_stop_word, tokens
from consult.search.engines.base import FACETS, Document
from tests.benchmarks.peers import LANGUAGES, Question

SEED = 7
# Documents that the words are chosen from, and how many of a thousand must have one to be frequent,
# middling or rare.
SAMPLE = 5_000
BANDS = ((50, 1_000), (5, 50), (0.7, 5))
PAIRS = (15, 1.5)
# The kinds of questions, in the order of the table.
ONE_WORD, TWO_WORDS, PHRASE, ON_THEME, COUNTED, ALL_FACETS, EXCERPTS, UNFINISHED, COMPLETION = (
    "one word",
    "two words",
    "phrase",
    "word + theme",
    "facets by theme and stance",
    "facets + filter + one word",
    "ten hits with excerpts",
    "unfinished word",
    "completion",
)


@dataclass
class Asker:
    """Who makes up questions from `documents`: the same ones for the same documents."""

    documents: Sequence[Document]

    def __post_init__(self) -> None:
        self.chance = random.Random(SEED)
        sample = self.documents[:SAMPLE]
        words: dict[str, Counter[str]] = {code: Counter() for code in LANGUAGES}
        pairs: dict[str, Counter[tuple[str, str]]] = {code: Counter() for code in LANGUAGES}
        self.themes = Counter(theme for document in sample for theme in document.themes)
        for document in sample:
            for code, text in document.text.items():
                told = [word.casefold() for word, _start, _end in tokens(text)]
                words[code].update(set(told))
                pairs[code].update(set(pairwise(told)))
        self.words = {
            code: [
                sorted(
                    word
                    for word, count in words[code].items()
                    if low <= 1_000 * count / len(sample) < high and self._telling(word, code, 5)
                )
                for low, high in BANDS
            ]
            for code in LANGUAGES
        }
        self.pairs = {
            code: [
                sorted(
                    pair
                    for pair, count in pairs[code].items()
                    if 1_000 * count / len(sample) >= least
                    and all(self._telling(word, code, 4) for word in pair)
                )
                for least in PAIRS
            ]
            for code in LANGUAGES
        }

    @staticmethod
    def _telling(word: str, language: str, length: int) -> bool:
        return len(word) >= length and word.isalpha() and not is_stop_word(word, language)

    def questions(self, count: int) -> dict[str, list[Question]]:
        """`count` questions of every kind; three in five in Spanish."""
        asked: dict[str, list[Question]] = {}
        choose = self.chance.choice
        for turn in range(count):
            code = "es" if turn % 5 < 3 else "en"
            often, *_rest = bands = self.words[code]
            theme = choose(list(self.themes))
            word = Question((choose(bands[turn % 2]),), code)
            beginning = choose(bands[turn % 3])[: 3 + turn % 3]
            for kind, question in {
                ONE_WORD: Question((choose(bands[turn % 3]),), code),
                TWO_WORDS: Question((choose(often), choose(bands[turn % 2])), code),
                PHRASE: Question(choose(self.pairs[code][turn % 2]), code, phrase=True),
                ON_THEME: replace(word, theme=theme),
                COUNTED: replace(word, facets=("theme", "stance")),
                ALL_FACETS: replace(word, theme=theme, facets=FACETS),
                EXCERPTS: replace(word, excerpts=True),
                UNFINISHED: Question((beginning,), code, unfinished=True),
                COMPLETION: Question((beginning,), code),
            }.items():
                asked.setdefault(kind, []).append(question)
        return asked

    def accented(self, count: int) -> dict[str, set[str]]:
        """Spanish words with an accent, and the documents that have each, so spelt."""
        candidates = [
            word
            for band in self.words["es"][:2]
            for word in band
            if fold(word, keep="ñ") != word and "ñ" not in word
        ]
        holders: dict[str, set[str]] = {
            word: set() for word in self.chance.sample(candidates, min(count, len(candidates)))
        }
        for document in self.documents:
            for word, _start, _end in tokens(document.text.get("es", "")):
                if (word := word.casefold()) in holders:
                    holders[word].add(document.id)
        return holders
