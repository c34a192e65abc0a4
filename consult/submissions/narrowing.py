"""What the published comments of a draft can be narrowed to, and how many each choice would leave."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from consult.common.languages import written_choices
from consult.themes.models import Theme
from working_groups.enums import Sector
from working_groups.models import DraftPage
from working_groups.queries import section_names

from .carry_over import Earlier, commented, earlier, standing_on
from .enums import Carried, Stance
from .models import Comment, CommentQuerySet

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
                found = found.filter(self._fitting(name, value))
        return found

    def filters(self) -> list[tuple[str, Promise, list[Choice]]]:
        """Each parameter with its name and its choices, those that would leave something."""
        shown = []
        for name, label in NARROWINGS.items():
            counts = dict(self._counts(name, self.comments(leaving_aside=name)))
            chosen = self.chosen.get(name)
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

    def _counts(self, name: str, comments: CommentQuerySet) -> Mapping[str, int]:
        if name == "text":
            return self._counts_of_texts(comments)
        rows = comments.order_by().values_list(COLUMNS[name]).annotate(Count("pk"))
        if name == "section":
            return {str(uid or WHOLE): count for uid, count in rows}
        return {value: count for value, count in rows if value}

    def _counts_of_texts(self, comments: CommentQuerySet) -> Mapping[str, int]:
        rows = comments.order_by().values_list("section", "submission__language")
        counts: Counter[str] = Counter()
        for section, language, count in rows.annotate(Count("pk")):
            if section in self._earlier:
                counts[self._earlier[section].carried(language)] += count
        return counts

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
