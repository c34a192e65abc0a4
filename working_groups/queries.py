from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from .enums import TranslationStatus
from .models import DraftPage, Section, VersionSection
from .wording import numbered

# What of a section's row in a revision its words and its translation hang on.
EDITED = (
    "level",
    "heading_es",
    "heading_en",
    "body_es",
    "body_en",
    "source_language",
    "reviewed_words",
)


def public_draft(group: str, draft: str) -> DraftPage:
    """The published draft at `/groups/<group>/<draft>/`; raises Http404 where there is none."""
    found: Any = (
        DraftPage.objects.live()
        .public()
        .filter(slug=draft, url_path__endswith=f"/groups/{group}/{draft}/")
        .first()
    )
    if found is None or found.current_version is None:
        raise Http404
    return found


def section_names(drafts: Iterable[DraftPage]) -> dict[str, str]:
    """By its uid, each section that any version of `drafts` had, as the latest of them names it."""
    sections = (
        VersionSection.objects.filter(version__draft__in=drafts)
        .order_by("-version__number", "sort_order")
        .only("uid", "number", "heading_es", "heading_en")
    )
    named: dict[str, str] = {}
    for section in sections:
        named.setdefault(str(section.uid), str(section))
    return named


def sections_as_edited(draft: Any) -> list[Section]:
    """The numbered sections of `draft` as last edited, published or not; free of queries.

    `draft` comes with its `latest_revision`; without one it has none.
    """
    rows = draft.latest_revision.content.get("sections", []) if draft.latest_revision else []
    sections = [
        Section(
            uid=UUID(row["uid"]),
            # What was saved before there was a field has what it is without.
            **{name: row[name] for name in EDITED if row.get(name) is not None},
        )
        for row in sorted(rows, key=lambda row: row.get("sort_order") or 0)
    ]
    return numbered(sections)


@dataclass
class Behind:
    """A section whose translation is not reviewed as it stands: its place from 0, and why."""

    place: int
    section: Section
    status: TranslationStatus


def behind_in_translation(draft: Any) -> list[Behind]:
    """The sections of `draft`, as last edited, that are missing, not reviewed or out of date."""
    return [
        Behind(place, section, status)
        for place, section in enumerate(sections_as_edited(draft))
        if (status := section.translation_status) != TranslationStatus.REVIEWED
    ]
