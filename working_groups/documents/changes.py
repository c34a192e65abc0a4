"""What an import would change in a draft, section by section, before anything is saved."""

from typing import Any

from consult.common.languages import CODES

from ..actions import sections_of
from ..differences import SectionDifference, compare_sections
from ..importing import check_draft, fill
from ..models import DraftPage, VersionSection
from ..wording import wording


def changes(content: dict[str, Any], group: str) -> list[SectionDifference]:
    """Each section of the draft that `content`, a draft's file, is for, as it is and would be.

    Raises ImportRefused, as the import itself would.
    """
    checked, draft = check_draft(content, group)
    before = as_version(draft)
    fill(draft, checked)
    return compare_sections(before, as_version(draft), CODES)


def as_version(draft: DraftPage) -> list[VersionSection]:
    """The sections of `draft` as they would be published, not saved."""
    sections = draft.numbered_sections()
    return sections_of(None, sections, wording(sections))
