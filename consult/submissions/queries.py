"""What is read of submissions: comments, what they can be narrowed to, counts, who sent one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, UUIDField, Value
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from consult.common.languages import NAMES
from consult.themes.models import Theme
from working_groups.enums import Sector
from working_groups.models import DraftPage
from working_groups.queries import section_names

from .enums import Stance
from .models import Comment, CommentQuerySet, Submission


def for_reading(comments: CommentQuerySet) -> CommentQuerySet:
    """`comments` with all that showing them takes, newest first, in two queries."""
    return (
        comments.public()
        .select_related("submission__draft", "section", "version")
        .prefetch_related(Prefetch("themes", Theme.objects.order_by("sort_order", "slug")))
        .order_by("-pk")
    )


# All that is said about oneself but the e-mail, which is private: what a receipt repeats.
ABOUT = (
    "respondent_kind",
    "name",
    "organisation",
    "on_behalf_of",
    "show_name",
    "sector",
    "state",
    "country",
)


def about(submission: Submission) -> list[tuple[str, str]]:
    """What its sender said of themselves in `submission`: names and values for people to read."""
    rows = []
    for name in ABOUT:
        value = getattr(submission, name)
        if isinstance(value, bool):
            value = _("yes") if value else _("no")
        elif choices := getattr(submission, f"get_{name}_display", None):
            value = choices()
        if value:
            field: Any = Submission._meta.get_field(name)
            rows.append((capfirst(str(field.verbose_name)), str(value)))
    return rows


@dataclass
class Tally:
    """How many comments there are, by stance."""

    by_stance: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.by_stance.values())

    def stances(self) -> list[tuple[Stance, int]]:
        """The stances that somebody took, in their order, with how many did."""
        return [(stance, self.by_stance[stance]) for stance in Stance if self.by_stance[stance]]


@dataclass
class Voices:
    """How many took part in a draft, and the tally of its published comments."""

    submissions: int
    whole: Tally
    by_section: Mapping[UUID | None, Tally]


def voices(draft: DraftPage) -> Voices:
    """The counts of `draft` in one query; a section's comments on any version count for it."""
    comments = (
        Comment.objects.public()
        .of_draft(draft)
        .order_by()
        .values_list("section__uid", "stance")
        .annotate(how_many=Count("pk"), what=Value("comments"))
    )
    submissions = (
        Submission.objects.filter(draft=draft)
        .values_list(Value(None, UUIDField()), Value(""))
        .annotate(how_many=Count("pk"), what=Value("submissions"))
    )
    received, whole = 0, Tally()
    by_section: dict[UUID | None, Tally] = {}
    for uid, stance, how_many, what in comments.union(submissions, all=True):
        if what == "submissions":
            received = how_many
        else:
            whole.by_stance[stance] += how_many
            by_section.setdefault(uid, Tally()).by_stance[stance] += how_many
    return Voices(received, whole, by_section)


# What comments can be narrowed to: the parameter, its name for people, its column.
NARROWINGS: dict[str, tuple[Promise, str]] = {
    "theme": (gettext_lazy("Theme"), "themes__slug"),
    "stance": (gettext_lazy("Stance"), "stance"),
    "section": (gettext_lazy("Section"), "section__uid"),
    "sector": (gettext_lazy("Sector"), "submission__sector"),
    "state": (gettext_lazy("State"), "submission__state"),
    "lang": (gettext_lazy("Language of the comment"), "language"),
}
# The value of `section` for comments on the draft as a whole.
WHOLE = "whole"


@dataclass
class Choice:
    """A value that comments can be narrowed to, and how many would be left."""

    value: str
    label: str
    count: int
    chosen: bool


class Narrowed:
    """The published comments of `draft` that `asked` asks for; what it cannot mean is left out."""

    def __init__(self, draft: DraftPage, asked: QueryDict) -> None:
        self.draft = draft
        self.everything = Comment.objects.public().of_draft(draft)
        self.chosen: dict[str, str] = {}
        # (parameter, value) of what was asked for and does not exist here.
        self.refused: list[tuple[str, str]] = []
        for name in NARROWINGS:
            value = asked.get(name, "")
            if value and value in self._counts(name, self.everything):
                self.chosen[name] = value
            elif value:
                self.refused.append((name, value[:80]))

    def comments(self, leaving_aside: str = "") -> CommentQuerySet:
        """The comments that fit every choice, but for the one left aside."""
        found = self.everything
        for name, value in self.chosen.items():
            if name != leaving_aside:
                column = NARROWINGS[name][1]
                found = found.filter(**{column: None if value == WHOLE else value})
        return found

    def filters(self) -> list[tuple[str, Promise, list[Choice]]]:
        """Each parameter with its name and its choices, those that would leave something."""
        shown = []
        for name, (label, _column) in NARROWINGS.items():
            counts = self._counts(name, self.comments(leaving_aside=name))
            chosen = self.chosen.get(name)
            if chosen:
                counts.setdefault(chosen, 0)
            labels = self._labels(name, counts)
            choices = [Choice(v, labels[v], counts[v], v == chosen) for v in labels if v in counts]
            if len(choices) > 1 or chosen:
                shown.append((name, label, choices))
        return shown

    @staticmethod
    def _counts(name: str, comments: CommentQuerySet) -> dict[str, int]:
        column = NARROWINGS[name][1]
        rows = comments.order_by().values_list(column).annotate(Count("pk"))
        if name == "section":
            return {str(uid or WHOLE): count for uid, count in rows}
        return {value: count for value, count in rows if value}

    def _labels(self, name: str, values: Iterable[str]) -> dict[str, str]:
        """The words for `values` (more may come along), in the order to show them."""
        match name:
            case "theme":
                return {theme.slug: str(theme) for theme in self._themes}
            case "stance":
                return {stance.value: str(stance.label) for stance in Stance}
            case "section":
                return {WHOLE: _("The draft as a whole"), **self._sections}
            case "sector":
                return {sector.value: str(sector.label) for sector in Sector}
            case "lang":
                return NAMES
        return {value: value for value in sorted(values)}

    @cached_property
    def _themes(self) -> list[Theme]:
        return list(Theme.objects.all())

    @cached_property
    def _sections(self) -> dict[str, str]:
        return section_names([self.draft])
