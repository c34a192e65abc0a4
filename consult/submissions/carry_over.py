"""What became of the words that comments on earlier versions stand on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from consult.common.languages import CODES
from working_groups.models import Version, VersionSection

from . import rules
from .enums import Carried
from .models import Comment

# What comparing and naming sections takes; not their texts.
COLUMNS = (
    *("uid", "sort_order", "number", "version__number"),
    *(f"{name}_{code}" for name in ("heading", "digest") for code in CODES),
)


@dataclass(frozen=True)
class Earlier:
    """A section of a version that is not current any more, and what the current one has for it."""

    section: VersionSection
    newest: int
    # The digests of its words now, by language; None: it was removed.
    now: Mapping[str, str] | None

    def carried(self, language: str) -> Carried:
        """What became of the words that a reader of `language` had in it."""
        code = rules.language_read(self.section, language)
        then = getattr(self.section, f"digest_{code}")
        return rules.carried(then, self.now[code] if self.now else None)


def commented(drafts: Iterable[Any] | QuerySet) -> QuerySet[VersionSection]:
    """The sections, of all versions of `drafts`, that have comments."""
    comments = Comment.objects.filter(section=OuterRef("pk"))
    return VersionSection.objects.filter(Exists(comments), version__draft__in=drafts)


def earlier(sections: QuerySet[VersionSection]) -> dict[int, Earlier]:
    """Those of `sections` that are of an earlier version, by primary key, oldest first; one query."""
    newest = Version.objects.filter(draft=OuterRef("version__draft")).order_by("-number")
    now = VersionSection.objects.filter(version=OuterRef("newest_pk"), uid=OuterRef("uid"))
    rows: QuerySet[Any] = (
        sections.annotate(
            newest_pk=Subquery(newest.values("pk")[:1]),
            newest=Subquery(newest.values("number")[:1]),
        )
        .exclude(version=F("newest_pk"))
        .annotate(**{f"now_{code}": Subquery(now.values(f"digest_{code}")) for code in CODES})
        .select_related("version")
        .only(*COLUMNS)
        .order_by("version__number", "sort_order")
    )
    found = {}
    for row in rows:
        digests = {code: getattr(row, f"now_{code}") for code in CODES}
        there = any(digest is not None for digest in digests.values())
        found[row.pk] = Earlier(row, row.newest, digests if there else None)
    return found


def mark(comments: Iterable[Comment]) -> list[Comment]:
    """`comments`, each told what became of the words it stands on (`carried`), in one query.

    Those on the current version, and on a draft as a whole, stay unmarked.
    """
    comments = list(comments)
    places = {comment.section_id for comment in comments if comment.section_id}
    found = earlier(VersionSection.objects.filter(pk__in=places))
    for comment in comments:
        if comment.section_id in found:
            each = found[comment.section_id]
            comment.carried = each.carried(comment.submission.language)
            comment.newest = each.newest
    return comments


def section_now(comment: Comment) -> VersionSection | None:
    """The section of a marked `comment` in the current version, where its words were changed."""
    if comment.carried != Carried.CHANGED or not comment.section or not comment.newest:
        return None
    return VersionSection.objects.get(
        version__draft=comment.version.draft_id,
        version__number=comment.newest,
        uid=comment.section.uid,
    )


def standing_on(fate: str, found: Mapping[int, Earlier]) -> Q:
    """Comments whose words, in the sections `found`, are `fate` (of Carried) now."""
    by_language = {
        code: [pk for pk, each in found.items() if each.carried(code) == fate] for code in CODES
    }
    return Q(
        *(Q(submission__language=code, section__in=places) for code, places in by_language.items()),
        _connector=Q.OR,
    )
