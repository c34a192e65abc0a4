"""What the published comments of a draft can be narrowed to, and how many each choice would leave."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from consult.common.languages import written_choices
from consult.themes.models import Theme
from working_groups.enums import Sector
from working_groups.models import DraftPage, VersionSection
from working_groups.queries import section_names

from .carry_over import Earlier, commented, earlier, standing_on
from .enums import Carried, Stance
from .models import Comment, CommentQuerySet
from .sealing import sha256

# What comments can be narrowed to: the parameter, and its name for people.
NARROWINGS: dict[str, Promise] = {
    "theme": gettext_lazy("Theme"),
    "stance": gettext_lazy("Stance"),
    "section": gettext_lazy("Section"),
    "text": gettext_lazy("The text since then"),
    "sector": gettext_lazy("Sector"),
    "state": gettext_lazy("State"),
    "lang": gettext_lazy("Language of the comment"),
}
# Their columns; what became of the text has none.
COLUMNS = {
    "theme": "themes__slug",
    "stance": "stance",
    "section": "section__uid",
    "sector": "submission__sector",
    "state": "submission__state",
    "lang": "language",
}
# Seconds that counts are kept at most. They are counted anew as soon as a comment comes or goes.
KEPT = 300
# The value of `section` for comments on the draft as a whole.
WHOLE = "whole"


@dataclass(frozen=True)
class Further:
    """What a floor above narrows comments by: its name, and what a value asks for; None: nothing."""

    label: Promise
    asks: Callable[[DraftPage, str], Q | None]


# By parameter. There is no list of choices: who links to one knows its value.
FURTHER: dict[str, Further] = {}


def label_of(name: str) -> Promise:
    """The name for people of a parameter."""
    return FURTHER[name].label if name in FURTHER else NARROWINGS[name]


@dataclass
class Choice:
    """A value that comments can be narrowed to, and how many would be left."""

    value: str
    label: str
    count: int
    chosen: bool


# How many comments each value of each parameter would leave.
Tallies = dict[str, dict[str, int]]


class Narrowed:
    """The published comments of `draft` that `asked` asks for; what it cannot mean is left out."""

    def __init__(self, draft: DraftPage, asked: QueryDict) -> None:
        self.draft = draft
        self.everything = Comment.objects.public().of_draft(draft)
        self.chosen: dict[str, str] = {}
        # (parameter, value) of what was asked for and does not exist here.
        self.refused: list[tuple[str, str]] = []
        self.further: dict[str, str] = {}
        for name, further in FURTHER.items():
            if not (value := asked.get(name, "")):
                continue
            if (fitting := further.asks(draft, value)) is None:
                self.refused.append((name, value[:80]))
            else:
                self.everything = self.everything.filter(fitting)
                self.further[name] = value
        wanted = {name: value for name in NARROWINGS if (value := asked.get(name, ""))}
        there = self._tallies() if wanted else {}
        for name, value in wanted.items():
            if value in there[name]:
                self.chosen[name] = value
            else:
                self.refused.append((name, value[:80]))

    def comments(self, leaving_aside: str = "") -> CommentQuerySet:
        """The comments that fit every choice, but for the one left aside."""
        found = self.everything
        for name, value in self.chosen.items():
            if name != leaving_aside:
                found = found.filter(self._fitting(name, value))
        return found

    @property
    def total(self) -> int:
        """How many comments fit every choice."""
        return sum(self._tallies()["all"].values())

    def filters(self) -> list[tuple[str, Promise, list[Choice]]]:
        """Each parameter with its name and its choices, those that would leave something."""
        shown = []
        for name, label in NARROWINGS.items():
            chosen = self.chosen.get(name)
            counts = dict(self._tallies(name if chosen else "")[name])
            if chosen:
                counts.setdefault(chosen, 0)
            labels = self._labels(name, counts)
            choices = [Choice(v, labels[v], counts[v], v == chosen) for v in labels if v in counts]
            if len(choices) > 1 or chosen:
                shown.append((name, label, choices))
        return shown

    def _fitting(self, name: str, value: str) -> Q:
        if name == "text":
            return standing_on(value, self._earlier)
        return Q(**{COLUMNS[name]: None if value == WHOLE else value})

    def _tallies(self, leaving_aside: str = "") -> Tallies:
        """The counts of what is left by every choice but one, for all parameters at once."""
        fitting = {name: v for name, v in self.chosen.items() if name != leaving_aside}
        key = "comments-" + sha256([self._standing, sorted((fitting | self.further).items())])
        counts: Tallies | None = cache.get(key)
        if counts is None:
            counts = self._counted(leaving_aside)
            cache.set(key, counts, KEPT)
        return counts

    @cached_property
    def _standing(self) -> list[Any]:
        """What changes whenever a public comment of the draft comes, goes or is changed."""
        row = self.everything.order_by().aggregate(
            count=Count("pk"), numbers=Sum("pk", default=0), editions=Sum("edition", default=0)
        )
        version = self.draft.current_version
        # PostgreSQL adds whole numbers up to a decimal one.
        return [self.draft.pk, version and version.number, *map(int, row.values())]

    def _counted(self, leaving_aside: str) -> Tallies:
        """Those counts, in three passes: over the comments alone, with their senders, with themes."""
        comments = self.comments(leaving_aside).order_by()
        found: dict[str, Counter[str]] = {name: Counter() for name in ("all", *NARROWINGS)}
        own = comments.values_list("section", "stance", "language")
        for section, stance, language, count in own.annotate(Count("pk")):
            found["all"][""] += count
            found["section"][str(self._uids.get(section, WHOLE))] += count
            found["stance"][stance] += count
            found["lang"][language] += count
        senders = comments.values_list(
            "section", "submission__language", "submission__sector", "submission__state"
        )
        for section, language, sector, state, count in senders.annotate(Count("pk")):
            found["sector"][sector] += count
            found["state"][state] += count
            if section in self._earlier:
                found["text"][self._earlier[section].carried(language)] += count
        for slug, count in comments.values_list("themes__slug").annotate(Count("pk")):
            found["theme"][slug or ""] += count
        return {
            name: {value: count for value, count in counts.items() if value or name == "all"}
            for name, counts in found.items()
        }

    @cached_property
    def _uids(self) -> dict[int, UUID]:
        """The uid of each section of any version, by its primary key."""
        rows = VersionSection.objects.filter(version__draft=self.draft.pk)
        return dict(rows.values_list("pk", "uid"))

    def _labels(self, name: str, values: Iterable[str]) -> dict[str, str]:
        """The words for `values` (more may come along), in the order to show them."""
        match name:
            case "theme":
                return {theme.slug: str(theme) for theme in self._themes}
            case "stance":
                return {stance.value: str(stance.label) for stance in Stance}
            case "section":
                return {WHOLE: _("The draft as a whole"), **self._sections}
            case "text":
                return {fate.value: str(fate.label) for fate in Carried}
            case "sector":
                return {sector.value: str(sector.label) for sector in Sector}
            case "lang":
                return dict(written_choices())
        return {value: value for value in sorted(values)}

    @cached_property
    def _themes(self) -> list[Theme]:
        return list(Theme.objects.all())

    @cached_property
    def _sections(self) -> dict[str, str]:
        """Those of the current version, then those that it has no more."""
        version = self.draft.current_version
        there = {str(section.uid) for section in version.sections.all()} if version else set()
        return {
            uid: name if uid in there else _("removed: %(section)s") % {"section": name}
            for uid, name in section_names([self.draft]).items()
        }

    @cached_property
    def _earlier(self) -> dict[int, Earlier]:
        return earlier(commented([self.draft]))
