"""What the site's own pages show of the drafts, sections, comments and evidence below them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import CharField, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from consult.common.languages import CODES
from consult.common.models import BilingualPage
from consult.submissions.carry_over import mark
from consult.submissions.models import Comment
from consult.submissions.queries import for_reading
from consult.themes.models import Theme
from working_groups.enums import Phase
from working_groups.models import DraftPage, Section, VersionSection, WorkingGroupPage

CLOSED_ON_HOME = 12
COMMENTS_ON_THEME = 20


def with_headings(pages: PageQuerySet) -> PageQuerySet:
    """Plain `pages` with the headings of their own tables: one query for pages of every kind."""
    tables = [model._meta.model_name for model in BilingualPage.__subclasses__()]
    return pages.annotate(
        **{
            f"heading_{code}": Coalesce(
                *(f"{table}__heading_{code}" for table in tables), output_field=CharField()
            )
            for code in CODES
        }
    )


def around(home: Page, addresses: list[str]) -> list[Page]:
    """The pages at `addresses` (url_paths), those of the main menu, and `home` with its root.

    In the order of the tree, with their headings and whether they are `restricted`, in one query.
    """
    above = [home.path[:end] for end in range(home.steplen, len(home.path) + 1, home.steplen)]
    in_menu = Q(live=True, show_in_menus=True, depth=home.depth + 1, path__startswith=home.path)
    pages = Page.objects.filter(in_menu | Q(url_path__in=addresses) | Q(path__in=above))
    restrictions = PageViewRestriction.objects.filter(page=OuterRef("pk"))
    pages = pages.annotate(restricted=Exists(restrictions))
    return list(with_headings(pages.order_by("path")))


def addresses_to(home: Page, slugs: Iterable[str]) -> list[str]:
    """The url_paths of the pages on the way from `home` (left out) down through `slugs`."""
    return list(accumulate((f"{slug}/" for slug in slugs), initial=home.url_path))[1:]


@dataclass
class Listed:
    """A draft in a list, with where it stands."""

    page: DraftPage
    group: WorkingGroupPage
    phase: Phase


def listed_drafts(drafts: PageQuerySet | None = None) -> list[Listed]:
    """The public `drafts` (all of them) with their groups and phases, in two queries."""
    now = timezone.now()
    found = (DraftPage.objects.all() if drafts is None else drafts).live().public().with_standing()
    groups = {group.path: group for group in WorkingGroupPage.objects.live()}
    return [
        Listed(draft, groups[parent], draft.phase(now))
        for draft in found
        if (parent := draft.path[: -draft.steplen]) in groups
    ]


def front_page_drafts() -> dict[str, list[Listed]]:
    """Drafts by what one can do with them now: the most pressing of each first."""
    drafts = listed_drafts()

    def in_phase(*phases: Phase) -> list[Listed]:
        return [each for each in drafts if each.phase in phases]

    def dated(each: Listed, name: str) -> tuple[bool, Any]:
        value = getattr(each.page, name)
        return value is None, value and value.timestamp()

    return {
        "open": sorted(in_phase(Phase.OPEN), key=lambda each: dated(each, "closes_at")),
        "upcoming": sorted(
            in_phase(Phase.UPCOMING, Phase.PREPARING), key=lambda each: dated(each, "opens_at")
        ),
        "closed": sorted(
            in_phase(Phase.ANALYSIS, Phase.RESPONDED),
            key=lambda each: dated(each, "closes_at"),
            reverse=True,
        )[:CLOSED_ON_HOME],
    }


@dataclass
class FoundSection:
    """A section as its draft's current version has it."""

    section: VersionSection
    draft: DraftPage


def sections_on(theme: Theme, drafts: list[DraftPage]) -> list[FoundSection]:
    """The sections of `drafts` (public ones) that carry `theme`, in their current wording."""
    by_id = {draft.pk: draft for draft in drafts}
    uids = Section.objects.filter(themes=theme, page__in=by_id).values("uid")
    latest = (
        VersionSection.objects.filter(version__draft=OuterRef("version__draft"))
        .order_by()
        .values("version__draft")
        .annotate(latest=Max("version__number"))
        .values("latest")
    )
    found = (
        VersionSection.objects.filter(
            version__draft__in=by_id, uid__in=uids, version__number=Subquery(latest)
        )
        .select_related("version")
        .order_by("version__draft", "sort_order")
    )
    return [FoundSection(section, by_id[section.version.draft_id]) for section in found]


def theme_page(theme: Theme) -> dict[str, Any]:
    """All that the page of `theme` shows."""
    drafts = listed_drafts()
    pages = [each.page for each in drafts]
    on_theme = set(DraftPage.objects.filter(themes=theme).values_list("pk", flat=True))
    comments = Comment.objects.filter(themes=theme, submission__draft__in=pages)
    return {
        "theme": theme,
        "drafts": [each for each in drafts if each.page.pk in on_theme],
        "sections": sections_on(theme, pages),
        "comments": mark(for_reading(comments)[:COMMENTS_ON_THEME]),
        "comment_count": comments.public().count(),
    }
