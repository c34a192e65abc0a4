"""What completes a word, and what one may have meant: among the words of live documents."""

from collections import Counter
from collections.abc import Iterable

from ... import analysis, spelling
from ...analysis import LANGUAGES, SPELT
from .generation import Generation
from .postings import Numbers
from .vocabulary import Vocabulary

# Candidates that are weighed one by one, of each distance and language: the most frequent ones.
CANDIDATES = 40
# What the reader's language is worth beside how frequent a word is.
READERS_LANGUAGE = 1.0


def complete(
    generation: Generation, beginning: str, language: str, limit: int, without: Iterable[str]
) -> list[str]:
    """The words of live documents that begin so: see SearchEngine.complete."""
    typed = analysis.bare(beginning).casefold()
    plain = analysis.fold(typed)
    hidden = generation.numbers_of(without)
    found: dict[str, None] = {}
    for code in _languages(language):
        counts: Counter[str] = Counter()
        for vocabulary in _vocabularies(generation, code):
            for word, frequency in vocabulary.beginning(plain):
                counts[word] += frequency
        for word in sorted(counts, key=lambda each: (-counts[each], each)):
            if len(found) == limit:
                break
            if spelt := _spelt(generation, code, word, hidden, typed if typed != plain else ""):
                found[spelt] = None
    return list(found)


def respell(
    generation: Generation, word: str, language: str, limit: int, without: Iterable[str]
) -> list[str]:
    """The words of live documents that may have been meant: see SearchEngine.respell."""
    typed = analysis.folded(analysis.bare(word))
    if len(typed) < spelling.LENGTH_MIN or not typed.isalpha() or _is_word(word):
        return []
    known = max(_known(generation, typed, code) for code in LANGUAGES)
    if known > spelling.RARE:
        return []
    weighed: list[tuple[float, str, str]] = []
    for code in LANGUAGES:
        near, counts = _near(generation, code, typed, 1 if known else spelling.edits(typed))
        for candidates in near.values():
            candidates.sort(key=lambda each: -counts[each])
            weighed += [
                (
                    spelling.likelihood(typed, each, counts[each], code)
                    + READERS_LANGUAGE * (code == language),
                    each,
                    code,
                )
                for each in candidates[:CANDIDATES]
                if not known or counts[each] >= spelling.MORE_FREQUENT * known
            ]
    hidden = generation.numbers_of(without)
    found: dict[str, None] = {}
    for _likelihood, each, code in sorted(weighed, reverse=True):
        if len(found) == limit:
            break
        if spelt := _spelt(generation, code, each, hidden):
            found[spelt] = None
    if not found and not known:
        found = dict.fromkeys(_apart(generation, typed, language, hidden))
    return list(found)


def _apart(generation: Generation, typed: str, language: str, without: Numbers) -> list[str]:
    """Two words that were typed as one: those of which the rarer one is the most frequent."""
    for code in _languages(language):
        pairs = [
            (min(_frequency(generation, code, word) for word in pair), pair)
            for cut in range(spelling.PART_MIN, len(typed) - spelling.PART_MIN + 1)
            for pair in [(typed[:cut], typed[cut:])]
        ]
        frequency, pair = max(pairs, default=(0, ("", "")))
        spelt = [_spelt(generation, code, word, without) for word in pair] if frequency else []
        if spelt and all(spelt):
            return [" ".join(word for word in spelt if word)]
    return []


def _frequency(generation: Generation, language: str, word: str) -> int:
    return sum(each.frequency(word) for each in _vocabularies(generation, language))


def _is_word(word: str) -> bool:
    """Whether `word` is one whatever the documents say."""
    return bool(analysis.acronym(word)) or any(analysis.is_stop_word(word, c) for c in LANGUAGES)


def _known(generation: Generation, word: str, language: str) -> int:
    """How many live documents have `word`, however it is accented."""
    terms = {t for v in _vocabularies(generation, language) for t, _frequency in v.spelt(word)}
    return sum(generation.frequency(f"words_{language}", term) for term in terms)


def _near(
    generation: Generation, language: str, typed: str, edits: int
) -> tuple[dict[int, list[str]], Counter[str]]:
    """The words near `typed`, by distance, but for itself; and how frequent each is."""
    near: dict[int, list[str]] = {}
    counts: Counter[str] = Counter()
    vocabularies = _vocabularies(generation, language)
    for vocabulary in vocabularies:
        for distance, words in vocabulary.near(typed, edits).items():
            if distance:
                near[distance] = list({*near.get(distance, ()), *words})
                counts.update({word: vocabulary.frequency(word) for word in words})
    return near, counts


def _languages(readers: str) -> list[str]:
    return sorted(LANGUAGES, key=lambda code: code != readers)


def _vocabularies(generation: Generation, language: str) -> list[Vocabulary]:
    return [part.segment.vocabulary(language) for part in generation.parts]


def _spelt(
    generation: Generation, language: str, word: str, without: Numbers, beginning: str = ""
) -> str | None:
    """The most frequent spelling of `word`, if a live document has one that has this `beginning`."""
    counts: Counter[str] = Counter()
    for vocabulary in _vocabularies(generation, language):
        counts.update(dict(vocabulary.spelt(word)))
    for term, _frequency in counts.most_common():
        spelt = term.partition(SPELT)[2] or term
        if spelt.startswith(beginning) and generation.has(f"words_{language}", term, without):
            return spelt
    return None
