"""What is read of submissions: comments, counts, who sent one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, Prefetch, UUIDField, Value
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from consult.themes.models import Theme
from working_groups.models import DraftPage, Version, VersionSection

from .carry_over import earlier
from .enums import Carried, Stance
from .models import Attachment, Comment, CommentQuerySet, Submission


def for_reading(comments: CommentQuerySet) -> CommentQuerySet:
    """`comments` with all that showing them takes, newest first, in three queries.

    The files that everybody may fetch are its `public_files`.
    """
    files = Attachment.objects.filter(withheld=False, removed_at=None, erased_at=None)
    return (
        comments.public()
        .select_related("submission__draft", "section", "version")
        .prefetch_related(
            Prefetch("themes", Theme.objects.order_by("sort_order", "slug")),
            Prefetch("attachments", files, to_attr="public_files"),
        )
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
    """How many comments there are, by stance, and how many stand on words that were changed."""

    by_stance: Counter[str] = field(default_factory=Counter)
    earlier: int = 0

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
    # Sections that the current version has no more, each as the last that was commented on.
    removed: list[tuple[VersionSection, Tally]]


def comments_until(version: Version) -> dict[UUID, int]:
    """How many published comments stand on `version` or one before, by the uid of their section."""
    comments = (
        Comment.objects.public()
        .filter(version__draft=version.draft_id, version__number__lte=version.number)
        .exclude(section=None)
    )
    rows = comments.order_by().values_list("section__uid").annotate(Count("pk"))
    return dict(rows)


def voices(draft: DraftPage) -> Voices:
    """The counts of `draft`; a section's comments on any version count for it.

    One query, and where there are comments on an earlier version another.
    """
    comments = (
        Comment.objects.public()
        .of_draft(draft)
        .order_by()
        .values_list("section", "section__uid", "submission__language", "stance")
        .annotate(how_many=Count("pk"), what=Value("comments"))
    )
    submissions = (
        Submission.objects.filter(draft=draft.pk)
        .values_list(Value(None, BigIntegerField()), Value(None, UUIDField()), Value(""), Value(""))
        .annotate(how_many=Count("pk"), what=Value("submissions"))
    )
    rows = list(comments.union(submissions, all=True))
    version = draft.current_version
    current = {section.pk for section in version.sections.all()} if version else set()
    places = earlier(VersionSection.objects.filter(pk__in={row[0] for row in rows} - current))
    received, whole = 0, Tally()
    by_section: dict[UUID | None, Tally] = {}
    for place, uid, language, stance, how_many, what in rows:
        if what == "submissions":
            received = how_many
            continue
        tally = by_section.setdefault(uid, Tally())
        for each in (whole, tally):
            each.by_stance[stance] += how_many
        if place in places and places[place].carried(language) == Carried.CHANGED:
            tally.earlier += how_many
    gone = {each.section.uid: each.section for each in places.values() if each.now is None}
    removed = [(section, by_section[uid]) for uid, section in gone.items()]
    return Voices(received, whole, by_section, removed)
