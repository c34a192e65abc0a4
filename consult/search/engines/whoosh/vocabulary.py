"""The words of one segment as people wrote them, as arrays to look through."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

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
        # The spellings of those words that have more than the plain one.
        self.spellings: dict[str, list[tuple[str, int]]] = {}
        self.by_length: dict[int, list[str]] = {}
        for term, frequency in terms:
            word, _mark, _spelt = term.partition(SPELT)
            if self.words and self.words[-1] == word:
                self.frequencies[-1] += frequency
            else:
                self.words.append(word)
                self.frequencies.append(frequency)
                self.by_length.setdefault(len(word), []).append(word)
            self.spellings.setdefault(word, []).append((term, frequency))
        self.spellings = {
            word: terms for word, terms in self.spellings.items() if terms != [(word, terms[0][1])]
        }

    def frequency(self, word: str) -> int:
        """How many documents have `word`, however it is accented."""
        place = bisect_left(self.words, word)
        there = place < len(self.words) and self.words[place] == word
        return self.frequencies[place] if there else 0

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
                self.by_length.get(length, ()),
                scorer=OSA.distance,
                score_cutoff=edits,
                limit=None,
            ):
                found.setdefault(int(distance), []).append(each)
        return found
