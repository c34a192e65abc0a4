"""What a version did to the words that comments stand on."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import ngettext

from consult.submissions.carry_over import COLUMNS
from consult.submissions.enums import Carried, Stance, Status
from consult.submissions.models import Comment, CommentQuerySet
from consult.submissions.rules import carried, language_read
from working_groups.models import Version, VersionSection


@dataclass
class Affected:
    """A section whose words changed or went under comments: as it was and is, and those comments."""

    then: VersionSection
    now: VersionSection | None
    what: Carried
    by_status: Counter[str] = field(default_factory=Counter)
    by_stance: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.by_status.total()

    def statuses(self) -> list[tuple[Status, int]]:
        return [(each, self.by_status[each]) for each in Status if self.by_status[each]]

    def stances(self) -> list[tuple[Stance, int]]:
        return [(each, self.by_stance[each]) for each in Stance if self.by_stance[each]]


@dataclass
class Report:
    """What became, from `older` to `newer`, of the sections that had comments."""

    older: Version
    newer: Version
    # How many sections had comments, and those whose words changed or went, in their order.
    commented: int
    affected: list[Affected]

    @property
    def comments(self) -> int:
        """How many comments stand on words that changed or went."""
        return sum(each.total for each in self.affected)

    def sections_in_words(self) -> str:
        return ngettext(
            "Version %(newer)s, compared with version %(older)s, changed or removed %(affected)s of"
            " %(count)s section with comments.",
            "Version %(newer)s, compared with version %(older)s, changed or removed %(affected)s of"
            " %(count)s sections with comments.",
            self.commented,
        ) % {
            "newer": self.newer.number,
            "older": self.older.number,
            "affected": len(self.affected),
            "count": self.commented,
        }

    def comments_in_words(self) -> str:
        return ngettext(
            "%(count)s comment stands on words that are no longer there.",
            "%(count)s comments stand on words that are no longer there.",
            self.comments,
        ) % {"count": self.comments}


def report(comments: CommentQuerySet, older: Version, newer: Version) -> Report:
    """What `newer` made, since `older`, of the words under `comments`; in two queries.

    A comment counts whose words were there in `older`, or were published after it, and read
    otherwise in `newer`, or not at all. What changed before `older` is not this version's doing.
    """
    before = Q(version__draft=newer.draft_id, version__number__lt=newer.number)
    groups = (
        comments.filter(before, section__isnull=False)
        .order_by()
        .values_list("section", "submission__language", "status", "stance")
        .annotate(Count("pk"))
    )
    sections = _sections(older, newer)
    was = {section.uid: section for section in sections if section.version_id == older.pk}
    now_is = {section.uid: section for section in sections if section.version_id == newer.pk}
    by_pk = {section.pk: section for section in sections}
    commented: set[UUID] = set()
    affected: dict[UUID, Affected] = {}
    for place, language, status, stance, how_many in groups:
        own = by_pk[place]
        then = own if own.version.number > older.number else was.get(own.uid)
        if then is None:
            continue
        commented.add(own.uid)
        digest = f"digest_{language_read(own, language)}"
        now = now_is.get(own.uid)
        words = getattr(now, digest) if now else None
        fates = {carried(getattr(each, digest), words) for each in (own, then)}
        if Carried.UNCHANGED in fates:
            continue
        row = affected.setdefault(own.uid, Affected(then, now, fates.pop()))
        row.by_status[status] += how_many
        row.by_stance[stance] += how_many
    rows = sorted(affected.values(), key=lambda row: (row.now or row.then).sort_order)
    return Report(older, newer, len(commented), rows)


def _sections(older: Version, newer: Version) -> list[VersionSection]:
    """Those of both versions, and those that were commented on before `newer`."""
    has_comments = Exists(Comment.objects.filter(section=OuterRef("pk")))
    before = Q(version__draft=newer.draft_id, version__number__lt=newer.number)
    wanted = Q(version__in=[older, newer]) | (before & has_comments)
    return list(VersionSection.objects.filter(wanted).select_related("version").only(*COLUMNS))
