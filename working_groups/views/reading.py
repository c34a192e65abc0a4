"""A draft in both languages at once, and its wording as it was."""

from itertools import pairwise
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import translate_url
from django.views.decorators.http import require_safe

from consult.common import languages

from ..enums import TranslationStatus
from ..models import GlossaryTerm, Version, VersionSection
from ..queries import public_draft
from ..reading import Shown, read_version


@require_safe
def bilingual(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """The current wording in both languages, paired by section."""
    page = public_draft(group, draft)
    version = page.current_version
    assert version is not None, "a public draft has a version"
    sections = list(version.sections.all())
    # The reader's own language first: it is the one above the other on a phone.
    codes = (languages.current(), languages.other(languages.current()))
    addresses = {code: translate_url(page.get_url(request), code) for code in codes}
    texts = {code: read_version(version, GlossaryTerm.objects, code, strict=True) for code in codes}

    def column(place: int, code: str) -> dict[str, Any]:
        section, other = sections[place], languages.other(code)
        text: Shown = texts[code][place]
        heading = getattr(section, f"heading_{code}")
        lacks = not heading and getattr(section, f"heading_{other}")
        lacks = lacks or (not text.html and texts[other][place].html)
        return {
            "lang": code,
            "address": addresses[code],
            "heading": heading,
            "text": text,
            "missing": languages.not_yet_translated(code) if lacks else "",
            "stale": section.translation_status_for(code) == TranslationStatus.STALE,
        }

    pairs = [
        {"section": section, "columns": [column(place, code) for code in codes]}
        for place, section in enumerate(sections)
    ]
    context = {"page": page, "version": version, "pairs": pairs}
    return render(request, "working_groups/bilingual.html", context)


@require_safe
def versions(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """Every wording that the draft was published with, the newest first."""
    page = public_draft(group, draft)
    digests = VersionSection.objects.only("version_id", "uid", "digest_es", "digest_en")
    found: list[Any] = list(page.versions.prefetch_related(Prefetch("sections", digests)))
    for newer, older in pairwise(found):
        newer.older, newer.changed = older, newer.sections_unlike(older)
    context = {"page": page, "versions": found}
    return render(request, "working_groups/versions.html", context)


@require_safe
def version(request: HttpRequest, group: str, draft: str, number: int) -> HttpResponse:
    """The wording as version `number` had it."""
    page = public_draft(group, draft)
    current = page.current_version
    assert current is not None, "a public draft has a version"
    found = get_object_or_404(
        Version.objects.prefetch_related("sections"), draft=page, number=number
    )
    sections: list[Any] = list(found.sections.all())
    texts = read_version(found, GlossaryTerm.objects, languages.current())
    for section, text in zip(sections, texts, strict=True):
        section.shown = text
    context = {
        "page": page,
        "version": found,
        "current": current,
        "sections": sections,
        "changed": found.sections_unlike(current),
    }
    return render(request, "working_groups/version.html", context)
