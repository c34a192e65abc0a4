"""What a search can be narrowed down to, and what people call it."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.utils import translation
from wagtail.models import Page, PageViewRestriction

from consult.common.languages import CODES, NAMES, Words, words, written_choices
from consult.submissions.enums import Stance
from consult.themes.models import Theme
from working_groups.enums import Sector
from working_groups.models import DraftPage, WorkingGroupPage

from .actions import drain_leftovers
from .documents import draft_facets
from .engines import engine
from .enums import Kind
from .query import Phrase, Query, words_of

YEAR = re.compile(r"[12][0-9]{3}")


class Choices:
    """The values of the facets that have a list, with their names for a reader of `language`."""

    def __init__(self, language: str) -> None:
        self.codebook: list[Any] = list(Theme.objects.all())
        self._groups = _named_pages(WorkingGroupPage)
        self._drafts = _named_pages(DraftPage)
        self.labels = self._labels(language)

    def _labels(self, language: str) -> dict[str, dict[str, Words]]:
        return {
            "type": _named(Kind.choices, language),
            "theme": {t.slug: words(t, "name", language) for t in self.codebook},
            "stance": _named(Stance.choices, language),
            "group": {page.slug: words(page, "heading", language) for page in self._groups},
            "draft": {
                draft_facets(page)["draft"]: words(page, "heading", language)
                for page in self._drafts
            },
            "sector": _named(Sector.choices, language),
            "lang": {
                **_named(written_choices(), language),
                **{code: Words(NAMES[code], code, code) for code in CODES},
            },
        }

    def label(self, facet: str, value: str, language: str) -> Words:
        """The name of `value`; states, which people type, name themselves."""
        return self.labels.get(facet, {}).get(value) or Words(value, language, language)

    def called(self, facet: str, name: str) -> list[str]:
        """The values of `facet` that people call `name`: by slug or name, in either language.

        A part of a name will do; it may be that of several. Raises EngineUnavailable.
        """
        if facet == "year":
            return [name] if YEAR.fullmatch(name) else []
        names = self._states if facet == "state" else self._names[facet]
        asked = words_of(name)
        exact = [value for value, said in names if len(said) == len(asked) and _has(said, asked)]
        partly = [value for value, said in names if _has(said, asked)]
        return list(dict.fromkeys(exact or partly))

    @cached_property
    def _names(self) -> dict[str, list[tuple[str, Phrase]]]:
        """By facet, each value with the words of each of its names."""
        found: dict[str, list[tuple[str, Phrase]]] = {}
        for code in CODES:
            with translation.override(code):
                named = self._labels(code)
                named["lang"] |= _named(written_choices(), code)
            for facet, labels in named.items():
                for value, label in labels.items():
                    # A draft's value names its group first.
                    slugs = {value, value.rpartition("/")[2]}
                    found.setdefault(facet, []).extend(
                        (value, words_of(name)) for name in (*slugs, label.text)
                    )
        return found

    @cached_property
    def _states(self) -> list[tuple[str, Phrase]]:
        hidden = drain_leftovers()
        found = engine().search(Query(), {}, facets=("state",), limit=0, without=hidden)
        states = found.facets["state"]
        return [(state, words_of(state)) for state in states]


def _has(said: Phrase, asked: Phrase) -> bool:
    """Whether all the words `asked` are among those `said`, as both are in one language."""
    return bool(asked) and any(
        all(any(word.same_as(each, code) for each in said) for word in asked) for code in CODES
    )


def _named_pages(model: type[Page]) -> list[Any]:
    """What names the pages of `model` that everybody may read: asked by every search, so in one go."""
    restrictions = PageViewRestriction.objects.annotate(
        below=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(below__startswith=F("page__path"))
    pages = model._default_manager.filter(~Exists(restrictions), live=True).order_by("path")
    return list(pages.values_list("slug", "url_path", *(f"heading_{c}" for c in CODES), named=True))


def _named(choices: Iterable[tuple[str, Any]], language: str) -> dict[str, Words]:
    return {value: Words(str(label), language, language) for value, label in choices}
