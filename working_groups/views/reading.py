"""A draft in both languages at once, and its wording as it was."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from consult.common import languages

from ..models import Version
from ..queries import public_draft


@require_safe
def bilingual(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """The current wording in both languages, paired by section."""
    page = public_draft(group, draft)
    current = page.current_version
    assert current is not None, "a public draft has a version"
    pairs = [
        {
            "section": section,
            # The reader's own language first: it is the one above the other on a phone.
            "columns": [
                {
                    "lang": code,
                    "heading": getattr(section, f"heading_{code}"),
                    "body": getattr(section, f"body_{code}"),
                    "missing": languages.not_yet_translated(code),
                }
                for code in (languages.current(), languages.other(languages.current()))
            ],
        }
        for section in current.sections.all()
    ]
    context = {"page": page, "version": current, "pairs": pairs}
    return render(request, "working_groups/bilingual.html", context)


@require_safe
def versions(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """Every wording that the draft was published with, the newest first."""
    page = public_draft(group, draft)
    return render(
        request, "working_groups/versions.html", {"page": page, "versions": page.versions.all()}
    )


@require_safe
def version(request: HttpRequest, group: str, draft: str, number: int) -> HttpResponse:
    """The wording as version `number` had it."""
    page = public_draft(group, draft)
    found = get_object_or_404(
        Version.objects.prefetch_related("sections"), draft=page, number=number
    )
    return render(request, "working_groups/version.html", {"page": page, "version": found})
