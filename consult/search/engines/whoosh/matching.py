"""A query as Whoosh runs it."""

from collections import Counter
from collections.abc import Iterator

from whoosh import query as whoosh
from whoosh.searching import SearchContext, Searcher

from ...analysis import LANGUAGES
from ...query import Clause, Phrase, Query, Word

# A word in a title says more about a text than one in its body.
TITLE_BOOST = 2.0
# The reader's language comes first among equals, and what was typed before what a theme's
# vocabulary adds. (Whoosh's DisjunctionMax mixes up documents, so scores add up.)
OTHER_LANGUAGE_BOOST = 0.7
VOCABULARY_BOOST = 0.6


def whole(query: Query, language: str) -> whoosh.Query:
    """`query` over the fields of both languages; `language` is the reader's."""
    if query.required:
        join = whoosh.And if query.minimum is None else whoosh.Or
        found = whoosh.Or(
            [
                join([clause_in(clause, code, _boost(code, language)) for clause in clauses])
                for code in LANGUAGES
                for clauses in [query.clauses(code)]
            ]
        )
    else:
        found = whoosh.Every()
    if not query.excluded:
        return found
    unwanted = [clause_in(clause, code) for clause in query.excluded for code in LANGUAGES]
    return whoosh.AndNot(found, whoosh.Or(unwanted))


def _boost(language: str, readers: str) -> float:
    return 1.0 if language == readers else OTHER_LANGUAGE_BOOST


# Boosts go down to the terms: Whoosh forgets that of a compound with one part.
def clause_in(clause: Clause, language: str, boost: float = 1.0) -> whoosh.Query:
    """`clause` over the title and text in `language`."""
    if clause.adjacent:
        typed = _phrase(clause.words, language, boost)
    else:
        telling = [word for word in clause.words if not word.is_stop_word(language)]
        typed = whoosh.And(
            [_word(word, language, boost) for word in telling or clause.words]
        )
    others = [
        _phrase(phrase, language, boost * VOCABULARY_BOOST)
        for phrase in clause.alternatives.get(language, ())
    ]
    return whoosh.Or([typed, *others])


def _word(word: Word, language: str, boost: float) -> whoosh.Query:
    return whoosh.Or(
        [
            whoosh.Term(field, key, boost=boost * weight)
            for field, weight in _fields(language)
            for key in word.keys[language]
        ]
    )


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


def having_enough(query: Query, leaf: Searcher, context: SearchContext) -> set[int]:
    """The documents of `leaf` that have at least `query.minimum` of the clauses in a language."""
    enough: set[int] = set()
    for language in LANGUAGES:
        counts = Counter(
            number
            for clause in query.clauses(language)
            for number in _numbers(clause_in(clause, language), leaf, context)
        )
        enough.update(number for number, count in counts.items() if count >= query.minimum)
    return enough


def _numbers(query: whoosh.Query, leaf: Searcher, context: SearchContext) -> Iterator[int]:
    matcher = query.matcher(leaf, context)
    while matcher.is_active():
        yield matcher.id()
        matcher.next()
