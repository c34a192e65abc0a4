"""The words of one segment as people wrote them, as arrays to look through."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ...analysis import SPELT


class Vocabulary:
    """The words of one language in one segment, sorted as they are without accents.

    It never changes, like its segment; so the words of deleted documents are here too.
    """

    def __init__(self, terms: Iterable[tuple[str, int]]) -> None:
        self.words: list[str] = []
        # In how many documents each is, in any spelling.
        self.frequencies: list[int] = []
        # The terms of the words that have accents: such a word may be there without them, too.
        self._spelt: dict[str, list[tuple[str, int]]] = {}
        last = ""
        for term, frequency in terms:
            word, mark, _spelt = term.partition(SPELT)
            there = word == last
            if mark:
                plain = [(word, self.frequencies[-1])] if there else []
                self._spelt.setdefault(word, plain).append((term, frequency))
            if there:
                self.frequencies[-1] += frequency
            else:
                self.words.append(word)
                self.frequencies.append(frequency)
                last = word

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for word in self.words:
            found.setdefault(len(word), []).append(word)
        return found

    def frequency(self, word: str) -> int:
        """How many documents have `word`, however it is accented."""
        place = bisect_left(self.words, word)
        there = place < len(self.words) and self.words[place] == word
        return self.frequencies[place] if there else 0

    def spelt(self, word: str) -> list[tuple[str, int]]:
        """The terms of the spellings of `word`, and their frequencies."""
        frequency = self.frequency(word)
        return self._spelt.get(word, [(word, frequency)]) if frequency else []

    def beginning(self, beginning: str) -> Iterator[tuple[str, int]]:
        """The words that begin so, and their frequencies."""
        start = bisect_left(self.words, beginning)
        end = bisect_left(self.words, f"{beginning}\U0010ffff", start)
        return zip(self.words[start:end], self.frequencies[start:end], strict=True)

    def near(self, word: str, edits: int) -> dict[int, list[str]]:
        """The words at so many edits from `word`, or fewer, by their distance."""
        found: dict[int, list[str]] = {}
        for length in range(len(word) - edits, len(word) + edits + 1):
            for each, distance, _place in process.extract(
                word,
                self._by_length.get(length, ()),
                scorer=OSA.distance,
                score_cutoff=edits,
                limit=None,
            ):
                found.setdefault(int(distance), []).append(each)
        return found
