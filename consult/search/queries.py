"""The door to the search: what the public may find, said in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from consult.common.languages import CODES, Words, other
from consult.submissions.enums import Stance

from . import meaning
from .actions import drain_leftovers
from .analysis import ANALYSES, NEUTRAL
from .choices import Choices
from .engines import engine
from .engines.base import NOTHING_NEAR, Document, Hit, Results, SearchEngine
from .enums import Kind, Sort
from .excerpts import Found, excerpt, find, marked
from .meaning import Near, excerpt_span
from .parameters import Parameters, together
from .query import Query, parse
from .suggestions import suggestion
from .totals import Totals, keeps_to_words

PAGE_SIZE = 20
FACET_NAMES = {
    "type": gettext_lazy("Kind"),
    "theme": gettext_lazy("Theme"),
    "stance": gettext_lazy("Stance"),
    "group": gettext_lazy("Working group"),
    "draft": gettext_lazy("Draft"),
    "lang": gettext_lazy("Language of the text"),
    "sector": gettext_lazy("Sector"),
    "state": gettext_lazy("State"),
    "year": gettext_lazy("Year"),
}
# Values offered of a facet without a list: people may type what they like.
FREE_TEXT_VALUES = 20


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: its name for the reader, and how many hits it would leave."""

    value: str
    label: Words
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    """What can be chosen beside the hits."""

    name: str
    label: str
    values: Sequence[FacetValue]

    @property
    def selected(self) -> bool:
        """Whether something of it is chosen."""
        return any(value.selected for value in self.values)


@dataclass(frozen=True)
class FoundDocument:
    """A hit as the reader sees it: `name` is plain; `title`, the same, and `excerpt` are HTML."""

    document: Document
    score: float
    url: str
    kind: Words
    name: str
    title: SafeString
    title_lang: str
    excerpt: SafeString
    excerpt_lang: str
    place: str
    themes: Sequence[Words]
    # The theme by whose vocabulary it was found, where it does not have the words typed.
    via: Words | None
    by_words: bool
    by_meaning: bool

    @property
    def stance(self) -> str:
        """The stance of a comment; empty for everything else."""
        return self.document.stance

    def get_stance_display(self) -> str:
        """The stance in a word."""
        return str(Stance(self.stance).label)


@dataclass(frozen=True)
class Answer:
    """A page of the search's hits; `relaxed` where no text had all the words."""

    query: Query
    total: int
    hits: Sequence[FoundDocument]
    facets: Sequence[Facet]
    relaxed: bool
    # Whether some of the hits have none of the words, and are close in meaning.
    by_meaning: bool
    expansions: Sequence["ThemeExpansion"]
    # What was chosen, by field words among the words typed too.
    filters: Mapping[str, Sequence[str]]
    # Sentences about field words that chose nothing.
    problems: Sequence[str]
    # What was meant, perhaps, where that finds more.
    suggestion: str | None


@dataclass(frozen=True)
class ThemeExpansion:
    """A theme that the words named, and what else was searched for because of it."""

    theme: Words
    typed: str
    phrases: Sequence[Words]


def search_public(
    asked: Parameters,
    *,
    choices: Choices,
    language: str,
    strict: bool = False,
    among: SearchEngine | None = None,
    close: Callable[[str], Mapping[str, Near]] = meaning.near,
    limit: int = PAGE_SIZE,
    offset: int = 0,
) -> Answer:
    """What answers what was `asked` among what everybody may read, in the words of `language`.

    Field words add to the filters. `strict` asks for no less than was typed. `among` is another
    index than the site's, of documents as they are now, and `close` tells what means about the
    same. The page asked for is said by `limit` and `offset`. Raises EngineUnavailable.
    """
    hidden = frozenset() if among else drain_leftovers()

    def parsed(text: str, unfinished: bool = False) -> Query:
        codebook = () if asked.exact else choices.codebook
        return parse(text, codebook, choices.called, unfinished)

    typed = parsed(asked.text, asked.unfinished)
    filters = together(asked.filters, typed.filters)
    sort = asked.sort or (Sort.RELEVANCE if typed.required else Sort.NEWEST)

    def found(query: Query, near: Mapping[str, float] = NOTHING_NEAR) -> Results:
        return (among or engine()).search(
            query,
            filters,
            sort=sort,
            language=language,
            limit=limit,
            offset=offset,
            since=asked.since,
            until=asked.until,
            near=near,
            without=hidden,
        )

    for query in (typed, *(() if strict else typed.relaxed())):
        results = found(query)
        if results.total:
            break
    else:
        query = typed
    as_typed = results.total if query is typed else 0
    near: Mapping[str, Near] = {}
    if not strict and not keeps_to_words(typed, asked):
        near = close(typed.meant)
    if near:
        results = found(query, {id: each.closeness for id, each in near.items()})

    def count(text: str) -> int:
        return Totals(language, hidden).exactly(parsed(text), asked)

    return Answer(
        query=query,
        total=results.total,
        hits=[
            _shown(hit, query, choices, language, near.get(hit.document.id)) for hit in results.hits
        ],
        facets=[
            Facet(
                name,
                str(label),
                _values(name, results.facets[name], asked.filters.get(name, ()), choices, language),
            )
            for name, label in FACET_NAMES.items()
        ],
        relaxed=query is not typed,
        by_meaning=any(not hit.by_words for hit in results.hits),
        expansions=[
            ThemeExpansion(
                choices.label("theme", each.slug, language),
                each.typed,
                [Words(p, code, language) for code in CODES for p in each.phrases[code]],
            )
            for each in {each.slug: each for each in query.expansions}.values()
        ],
        filters=filters,
        problems=_problems(query),
        suggestion=None if strict else suggestion(typed, as_typed, language, count, hidden),
    )


def _problems(query: Query) -> list[str]:
    """What the reader is told of field words that chose nothing."""
    unknown = _("“%(value)s” is not a known value of “%(name)s”; it was looked for as words.")
    kept = _(
        "“-%(name)s:%(value)s” cannot leave out what has that value; what has those words was left out."
    )
    return [
        sentence % {"name": name, "value": value}
        for sentence, said in ((unknown, query.unknown), (kept, query.kept))
        for name, value in said
    ]


def _shown(
    hit: Hit, query: Query, choices: Choices, language: str, near: Near | None = None
) -> FoundDocument:
    document = hit.document
    in_text = {c: find(document.text.get(c) or "", c, query) for c in ANALYSES}
    in_title = {c: find(document.title.get(c) or "", c, query) for c in ANALYSES}
    everywhere = [*in_text.values(), *in_title.values()]
    # The reader's language, unless the words are in the other one: a title shown beside it counts.
    best, second = language, other(language)
    met = in_text[best].clauses | in_title[best].clauses
    if not document.text.get(best) or len(in_text[second].clauses) > len(met):
        best = second
    if document.text.get(NEUTRAL):
        best = NEUTRAL
    if near and not hit.by_words and document.text.get(near.language):
        best = near.language
    title_lang = language if document.title.get(language) else other(language)
    if document.title.get(NEUTRAL):
        title_lang = NEUTRAL
    name = document.title.get(title_lang) or ""
    title = marked(name, in_title[title_lang].spans)
    if document.type == Kind.COMMENT:
        words_around = _("Comment {number}, {who}") if name else _("Comment {number}")
        number, title_lang = document.key, language
        title = format_html(words_around, number=number, who=title)
        name = words_around.format(number=number, who=name)
    return FoundDocument(
        document=document,
        score=hit.score,
        url=f"/{language}/{document.url}",
        kind=choices.label("type", document.type, language),
        name=name,
        title=title,
        title_lang=title_lang,
        excerpt=excerpt(
            document.text.get(best) or "",
            in_text[best].spans,
            around=excerpt_span(document, near) if near and best == near.language else None,
        ),
        excerpt_lang=document.languages[0] if best == NEUTRAL else best,
        place=document.place.get(language) or document.place.get(other(language), ""),
        themes=[choices.label("theme", slug, language) for slug in document.themes],
        via=_via(query, everywhere, choices, language),
        by_words=hit.by_words,
        by_meaning=hit.by_meaning,
    )


def _via(query: Query, found: Sequence[Found], choices: Choices, language: str) -> Words | None:
    """The theme whose vocabulary stands for words that the document does not have."""
    typed = frozenset().union(*(each.as_typed for each in found))
    for clause in frozenset().union(*(each.clauses for each in found)) - typed:
        for expansion in query.expansions:
            if expansion.typed == clause.surface():
                return choices.label("theme", expansion.slug, language)
    return None


def _values(
    facet: str,
    counts: Mapping[str, int],
    selected: Sequence[str],
    choices: Choices,
    language: str,
) -> list[FacetValue]:
    """The facet's values that lead somewhere, and those chosen: in the list's order, or by count."""
    if facet not in choices.labels:
        frequent = sorted(counts, key=lambda value: (-counts[value], value))[:FREE_TEXT_VALUES]
        counts = {value: counts.get(value, 0) for value in (*frequent, *selected)}
    values = [
        FacetValue(value, choices.label(facet, value, language), counts.get(value, 0), chosen)
        for value in {**dict.fromkeys(selected), **counts}
        if (chosen := value in selected) or counts.get(value)
    ]
    if facet == "year":
        return sorted(values, key=lambda v: v.value, reverse=True)
    order = {value: place for place, value in enumerate(choices.labels.get(facet, ()))}
    return sorted(values, key=lambda v: (order.get(v.value, len(order)), -v.count, v.label.text))
