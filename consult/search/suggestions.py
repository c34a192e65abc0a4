"""What a reader may type instead, or next: only what finds something."""

from collections.abc import Callable, Collection

from . import analysis
from .actions import drain_leftovers
from .engines import engine
from .parameters import Parameters
from .query import MAX_LENGTH, Query, parse, printable
from .totals import Totals

# What finds as many documents needs no other text.
FEW = 5
# How many texts are tried to find more with.
TRIES = 2
# Words that are looked at: a pasted page would keep a thread for a second.
WORDS_MAX = 12
# Letters of a word from which on it is completed.
BEGINNING_MIN = 2


def suggestion(
    query: Query,
    total: int,
    language: str,
    count: Callable[[str], int],
    without: Collection[str],
) -> str | None:
    """The text that may have been meant by `query`, which finds `total` documents, if it finds more.

    Words that few texts have are replaced; all else stays as typed. `count` tells how many
    documents a text finds; those with the ids `without` say nothing. Raises EngineUnavailable.
    """
    if total >= FEW:
        return None
    meant = {}
    words = [word for clause in query.required for word in clause.words]
    for word in words[:WORDS_MAX]:
        if word.unfinished:
            continue
        if others := engine().respell(word.surface, language, TRIES, without):
            meant[word.surface] = others
    for rank in range(TRIES if meant else 0):
        text = _replaced(
            query.text,
            {typed: others[min(rank, len(others) - 1)] for typed, others in meant.items()},
        )
        if count(text) > total:
            return text
    return None


def completions(typed: str, *, language: str, limit: int = 8) -> list[str]:
    """What a person who `typed` the beginning of a word may be typing: whole texts.

    Each finds something. The reader of `language` sees its words first. Raises EngineUnavailable.
    """
    text = printable(analysis.normal(typed[:MAX_LENGTH]), end=False)
    *_before, (word, start, end) = [*analysis.tokens(text)] or [("", 0, 0)]
    if end < len(text) or len(word) < BEGINNING_MIN:
        return []
    before = text[:start]
    hidden = drain_leftovers()
    # More than asked for, as with the words before it some find nothing.
    words = engine().complete(word, language, 2 * limit if before else limit, hidden)
    texts = [before + _cased(each, word) for each in words]
    if before:
        totals = Totals(language, hidden)
        texts = [text for text in texts if totals.exactly(parse(text), Parameters())]
    return texts[:limit]


def _replaced(text: str, words: dict[str, str]) -> str:
    """`text` with each of the `words` by the other."""
    pieces, place = [], 0
    for typed, start, end in analysis.tokens(text):
        if typed in words:
            pieces += [text[place:start], _cased(words[typed], typed)]
            place = end
    return "".join([*pieces, text[place:]])


def _cased(word: str, like: str) -> str:
    """`word` in capitals, or with one, as `like` is."""
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
