"""What programs may ask, and what they are answered."""

from typing import Literal

from django.utils.translation import gettext_noop
from ninja import Query, Schema
from pydantic import Field, field_validator

from consult.search.enums import Kind, Sort
from consult.search.query import MAX_LENGTH

from .cursors import Cursor

LIMIT_MAX = 100


class SearchParameters(Schema):
    q: str = Query(
        "",
        max_length=MAX_LENGTH,
        description=gettext_noop(
            "Words to look for: “a phrase” in quotes, -word to leave a word out. Without any,"
            " everything is found."
        ),
    )
    lang: Literal["es", "en"] = Query(
        "es",
        description=gettext_noop(
            "The reader’s language: of titles, facets and sentences. It hides nothing."
        ),
    )
    only: list[str] = Query(
        [], description=gettext_noop("Only texts in this language, by its code.")
    )
    type: list[str] = Query(
        [],
        description=gettext_noop(
            "The kind of thing: draft, section, comment, summary, evidence, group, theme."
        ),
    )
    theme: list[str] = Query([], description=gettext_noop("The short name of a theme."))
    stance: list[str] = Query([], description=gettext_noop("The stance of a comment."))
    group: list[str] = Query([], description=gettext_noop("The short name of a working group."))
    draft: list[str] = Query(
        [], description=gettext_noop("A draft, with its working group: group/draft.")
    )
    sector: list[str] = Query([], description=gettext_noop("The sector of who commented."))
    state: list[str] = Query(
        [], description=gettext_noop("The state of who commented, as they wrote it.")
    )
    year: list[str] = Query([], description=gettext_noop("The year, in the site’s time zone."))
    since: str = Query("", description=gettext_noop("The first day wanted: 2026-11-30."))
    until: str = Query("", description=gettext_noop("The last day wanted: 2026-11-30."))
    sort: Literal["", *Sort.values] = Query(  # type: ignore[valid-type]
        "", description=gettext_noop("The order; without it, the one that fits the search.")
    )
    exact: Literal["", "1"] = Query(
        "",
        description=gettext_noop("1: only the words typed, without what the themes add to them."),
    )
    limit: int = Query(20, ge=1, le=LIMIT_MAX, description=gettext_noop("Hits in one answer."))
    cursor: str = Query(
        "",
        description=gettext_noop(
            "Where to go on, as “next” of the answer before says. The first 10000 hits can be"
            " reached."
        ),
    )

    @field_validator("cursor")
    @classmethod
    def _known(cls, word: str) -> str:
        if word:
            Cursor.read(word)
        return word


class SuggestParameters(Schema):
    q: str = Query(
        "", max_length=MAX_LENGTH, description=gettext_noop("What has been typed so far.")
    )
    lang: Literal["es", "en"] = Query(
        "es", description=gettext_noop("The reader’s language: its words come first.")
    )
    limit: int = Query(
        8, ge=1, le=LIMIT_MAX, description=gettext_noop("Completions in one answer.")
    )


class FacetValueOut(Schema):
    value: str = Field(description=gettext_noop("As the parameter takes it."))
    label: str = Field(
        description=gettext_noop("Its name, in the reader’s language where it has one.")
    )
    count: int = Field(description=gettext_noop("The hits that choosing it would bring."))


class HitOut(Schema):
    type: str = Field(description=gettext_noop("What kind of thing it is."), examples=Kind.values)
    id: int | str = Field(
        description=gettext_noop("What tells it from others of its type; a comment’s number.")
    )
    url: str = Field(description=gettext_noop("Its page, in the reader’s language."))
    title: str
    lang: str = Field(
        description=gettext_noop("The language of the snippet; without one, of the title.")
    )
    snippet: str = Field(
        description=gettext_noop("The best passage as HTML; the words found are in <mark>.")
    )
    score: float = Field(
        description=gettext_noop("Says which of two hits is better, in one answer.")
    )
    themes: list[str]
    stance: str = Field(description=gettext_noop("Of a comment; empty for everything else."))
    found_by: Literal["words", "theme", "meaning"] | None = Field(
        description=gettext_noop(
            "How it was found: by the words typed, by those of a theme that they name, or by its"
            " meaning alone. Null where nothing was typed."
        )
    )


class SearchOut(Schema):
    total: int
    took_ms: int
    hits: list[HitOut]
    facets: dict[str, list[FacetValueOut]] = Field(
        description=gettext_noop(
            "By parameter: each count leaves the parameter’s own choice aside."
        )
    )
    suggestion: str | None = Field(description=gettext_noop("Other words, where they find more."))
    next: str | None = Field(description=gettext_noop("The address of the next hits."))


class SuggestOut(Schema):
    results: list[str] = Field(
        description=gettext_noop("What may be being typed, as whole texts: each finds something.")
    )
    next: None = Field(None, description=gettext_noop("Always null: there are no more."))


class ProblemOut(Schema):
    detail: str = Field(description=gettext_noop("A sentence in the reader’s language."))
