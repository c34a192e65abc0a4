from collections.abc import Iterable
from typing import Any

from django.http import Http404

from .models import DraftPage, VersionSection


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
