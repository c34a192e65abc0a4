"""What the page says beside the hits: what is chosen, where one searches, and what else would find."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from consult.common.languages import CODES, Words
from consult.common.templatetags.consult import DAY

from .actions import drain_leftovers
from .analysis import fold, normal, tokens
from .choices import Choices
from .parameters import DATES, Parameters, read
from .queries import FACET_NAMES, Answer
from .query import Clause, Query
from .totals import Totals

DATE_NAMES = {"since": gettext_lazy("From"), "until": gettext_lazy("Until")}
# A search within one of these says so, the narrowest first.
SCOPES = ("draft", "group", "theme")
SCOPE_NAMES = {
    "draft": gettext_lazy("in the draft"),
    "group": gettext_lazy("in the working group"),
    "theme": gettext_lazy("in the theme"),
}
# Words that are looked up one by one, and themes named.
WORDS_ALONE = 8
THEMES_NEAR = 3
# Of 100: letters that a typed word shares with a theme's, in order; shorter words look alike.
NEAR = 80
NEAR_MIN_LENGTH = 4


@dataclass(frozen=True)
class Chip:
    """Something chosen, and the address of the same search without it."""

    name: str
    value: Words
    address: str


@dataclass(frozen=True)
class Way:
    """Another search that finds something: what sets it apart, its address, and how much it finds."""

    name: str
    address: str
    total: int


@dataclass(frozen=True)
class Scope:
    """The one draft, group or theme that is searched, and the address of the search everywhere."""

    name: str
    value: Words
    address: str


@dataclass(frozen=True)
class Advice:
    """What may help where little is found.

    `words` are those typed, each alone; `absent` those of them that find nothing.
    """

    without: Sequence[Way]
    words: Sequence[Way]
    absent: Sequence[str]
    themes: Sequence[Any]


def chips(asked: Parameters, choices: Choices, language: str) -> list[Chip]:
    """Everything chosen, in the order of the facets."""
    chosen = [
        Chip(
            str(name),
            choices.label(facet, value, language),
            asked.query([facet], value).urlencode(),
        )
        for facet, name in FACET_NAMES.items()
        for value in asked.filters.get(facet, ())
    ]
    return chosen + _dates(asked, language)


def _dates(asked: Parameters, language: str) -> list[Chip]:
    return [
        Chip(
            str(name),
            Words(date_format(date.fromisoformat(day), DAY[language]), language, language),
            asked.query([parameter]).urlencode(),
        )
        for parameter, name in DATE_NAMES.items()
        if (day := asked.dates.get(parameter))
    ]


def scope(asked: Parameters, choices: Choices, language: str) -> Scope | None:
    """What the search is kept within, if it is one thing."""
    for facet in SCOPES:
        if len(values := asked.filters.get(facet, [])) == 1:
            return Scope(
                str(SCOPE_NAMES[facet]),
                choices.label(facet, values[0], language),
                asked.query(SCOPES).urlencode(),
            )
    return None


def advice(asked: Parameters, found: Answer, choices: Choices, language: str) -> Advice:
    """What else would find something, for a search that found nothing or had to ask for less.

    Raises EngineUnavailable.
    """
    totals = Totals(language, drain_leftovers())
    alone = list(_alone(asked, found.query, totals))
    return Advice(
        without=[] if found.total else _without(asked, found.query, choices, totals),
        words=[way for way in alone if way.total],
        absent=[way.name for way in alone if not way.total],
        themes=[] if found.total else _themes_near(asked, choices),
    )


def _without(asked: Parameters, query: Query, choices: Choices, totals: Totals) -> list[Way]:
    """The same search without one of the facets chosen, or without the dates; else without any."""
    language = totals.language
    named: dict[tuple[str, ...], str] = {}
    for facet, values in asked.filters.items():
        shown = ", ".join(choices.label(facet, value, language).text for value in values)
        named[(facet,)] = f"{FACET_NAMES[facet]}: {shown}"
    if asked.dates:
        named[DATES] = ", ".join(f"{chip.name}: {chip.value}" for chip in _dates(asked, language))

    def way(parameters: Sequence[str], name: str) -> Way:
        address = asked.query(parameters)
        return Way(name, address.urlencode(), totals.on_page(query, read(address, choices.labels)))

    ways = [way(parameters, name) for parameters, name in named.items()]
    if len(named) > 1 and not any(each.total for each in ways):
        ways = [
            way([each for parameters in named for each in parameters], "; ".join(named.values()))
        ]
    return [each for each in ways if each.total]


def _alone(asked: Parameters, query: Query, totals: Totals) -> Iterator[Way]:
    """Each of several words typed, and what it finds by itself."""
    typed = dict.fromkeys(word for clause in query.required for word in clause.words)
    telling = [w for w in typed if not any(w.is_stop_word(code) for code in CODES)]
    if len(telling) > 1:
        for word in telling[:WORDS_ALONE]:
            query = Query(word.surface, (Clause((word,)),))
            total = totals.on_page(query, asked) if totals.exactly(query, asked) else 0
            yield Way(word.surface, asked.query(text=word.surface).urlencode(), total)


def _themes_near(asked: Parameters, choices: Choices) -> list[Any]:
    """The themes with a word in their names that is almost one of those typed, the nearest first."""
    wanted = {
        fold(w.casefold()) for w, _s, _e in tokens(normal(asked.text)) if len(w) >= NEAR_MIN_LENGTH
    }

    def nearness(theme: Any) -> float:
        names = f"{theme.name_es} {theme.name_en or ''}"
        found = [fold(w.casefold()) for w, _s, _e in tokens(names) if len(w) >= NEAR_MIN_LENGTH]
        return max((fuzz.ratio(a, b) for a in wanted for b in found), default=0)

    others = [each for each in choices.codebook if each.slug not in asked.filters.get("theme", ())]
    near = sorted(((nearness(theme), theme) for theme in others), key=lambda each: -each[0])
    return [theme for score, theme in near[:THEMES_NEAR] if score >= NEAR]
