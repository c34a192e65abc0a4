from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _, gettext_lazy

from consult.common.languages import CODES, words

from .enums import Phase, TranslationStatus
from .models import DraftPage, Section, Version, VersionSection
from .wording import numbered, stored_rows, wording_digest

OWN_NAME: Any = gettext_lazy("Heading, summary and legal standing")
# What of a draft's row in a revision its own translation hangs on.
OWN = (
    *(f"{name}_{code}" for name in ("heading", "summary", "legal_note") for code in CODES),
    *("source_language", "reviewed_words"),
)
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


def altered_versions() -> Iterator[str]:
    """A sentence for each version whose text is not the one its digest was taken of."""
    for version in Version.objects.order_by("pk").prefetch_related("sections").iterator(20):
        if wording_digest(stored_rows(version.sections.all())) != version.digest:
            yield _("Version %(number)d of “%(draft)s” is not as it was published.") % {
                "number": version.number,
                "draft": words(version, "heading"),
            }


@dataclass
class Behind:
    """What is not translated and reviewed as it stands: a section, or the draft's own texts."""

    name: str
    status: TranslationStatus
    # The section's place, from 0; None: the heading, the summary, the legal standing.
    place: int | None = None


def behind_in_translation(draft: Any) -> list[Behind]:
    """What of `draft`, as last edited, is missing, not reviewed or out of date."""
    if draft.latest_revision is None:
        return []
    content = draft.latest_revision.content
    own = DraftPage(**{name: content[name] for name in OWN if content.get(name) is not None})
    found = [Behind(OWN_NAME, own.translation_status)]
    found += [
        Behind(f"{section.number} {section}", section.translation_status, place)
        for place, section in enumerate(sections_as_edited(draft))
    ]
    return [each for each in found if each.status != TranslationStatus.REVIEWED]


def translation_warnings(draft: DraftPage) -> list[str]:
    """Sentences that name what readers of the other language miss in a consultation that opens."""
    if draft.phase() not in {Phase.UPCOMING, Phase.OPEN}:
        return []
    behind = behind_in_translation(draft)
    sentences = {
        TranslationStatus.MISSING: _(
            "Not translated yet, so some readers of this consultation miss it: %(sections)s."
        ),
        TranslationStatus.STALE: _("Changed since the translation was reviewed: %(sections)s."),
    }
    return [
        sentence % {"sections": "; ".join(names)}
        for status, sentence in sentences.items()
        if (names := [str(each.name) for each in behind if each.status == status])
    ]
