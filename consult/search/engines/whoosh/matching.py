"""A query as Whoosh runs it."""

from collections.abc import Callable

from whoosh import query as whoosh

from ... import analysis
from ...analysis import ANALYSES
from ...query import Asks, Clause, Phrase, Query, Word

# A word in a title says more about a text than one in its body.
TITLE_BOOST = 2.0
# The reader's language comes first among equals, and what was typed before what a theme's
# vocabulary adds. (Whoosh's DisjunctionMax mixes up documents, so scores add up.)
OTHER_LANGUAGE_BOOST = 0.7
VOCABULARY_BOOST = 0.6


def whole(query: Query, language: str) -> whoosh.Query:
    """What `query` requires, over the fields of every analysis; `language` is the reader's."""
    if not query.required:
        return whoosh.Every()
    join = whoosh.And if query.asks is Asks.ALL else whoosh.Or
    return whoosh.Or(
        [
            join([clause_in(each, code, _boost(code, language)) for each in query.clauses(code)])
            for code in ANALYSES
        ]
    )


def perfect(query: Query, language: str, best: Callable[[str, str], float]) -> float:
    """What a text with every word of `query` scores, in the analysis in which that is the most.

    `best` is the most that a term (field, key) can bring: it counts that of words no text has.
    """
    return max(
        _boost(code, language)
        * sum(
            best(f"text_{code}", word.keys[code][-1])
            for clause in query.clauses(code)
            for word in clause.words
        )
        for code in ANALYSES
    )


def _boost(language: str, readers: str) -> float:
    return 1.0 if language == readers else OTHER_LANGUAGE_BOOST


# Boosts go down to the terms: Whoosh forgets that of a compound with one part.
def clause_in(clause: Clause, language: str, boost: float = 1.0) -> whoosh.Query:
    """`clause` over the title and text in `language`."""
    if clause.adjacent:
        typed = _phrase(clause.words, language, boost)
    else:
        telling = [word for word in clause.words if not word.is_stop_word(language)]
        typed = whoosh.And([_word(word, language, boost) for word in telling or clause.words])
    others = [
        _phrase(phrase, language, boost * VOCABULARY_BOOST)
        for phrase in clause.alternatives.get(language, ())
    ]
    return whoosh.Or([typed, *others])


def _word(word: Word, language: str, boost: float) -> whoosh.Query:
    keys = word.keys[language]
    # A word with two keys says no more than one with a single key.
    parts: list[whoosh.Query] = [
        whoosh.Term(field, key, boost=boost * weight / len(keys))
        for field, weight in _fields(language)
        for key in keys
    ]
    if word.unfinished:
        beginning = analysis.folded(analysis.bare(word.surface))
        parts.append(whoosh.Prefix(f"words_{language}", beginning, boost=boost))
    return whoosh.Or(parts)


def _phrase(words: Phrase, language: str, boost: float) -> whoosh.Query:
    # A phrase is compared by the unaccented keys: every spelling of a word has that one.
    keys = [word.keys[language][-1] for word in words]
    return whoosh.Or(
        [
            whoosh.Term(field, keys[0], boost=boost * weight)
            if len(keys) == 1
            else whoosh.Phrase(field, keys, boost=boost * weight)
            for field, weight in _fields(language)
        ]
    )


def _fields(language: str) -> tuple[tuple[str, float], ...]:
    return ((f"text_{language}", 1.0), (f"title_{language}", TITLE_BOOST))
