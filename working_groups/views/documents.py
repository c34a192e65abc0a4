"""A version to take away: a page to print, PDF, DOCX."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from consult.common import languages
from consult.common.markup import shown

from ..documents.edition import Edition
from ..documents.files import AGAIN_AFTER, NotMade, file_of, tag_of
from ..models import DraftPage, Version
from ..queries import public_draft
from ..reading import read

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def public_version(group: str, draft: str, number: int) -> tuple[DraftPage, Version]:
    """The published draft and its version; raises Http404 where there is none."""
    page = public_draft(group, draft)
    return page, get_object_or_404(Version, draft=page, number=number)


def both() -> tuple[str, ...]:
    """Both languages, the reader's first."""
    return languages.current(), languages.other(languages.current())


@require_safe
def print_version(request: HttpRequest, group: str, draft: str, number: int) -> HttpResponse:
    """The wording as a page to be printed; `?lang=` es, en or both, else the reader's."""
    page, version = public_version(group, draft, number)
    wanted = request.GET.get("lang")
    codes = both() if wanted == "both" else (wanted if wanted in languages.CODES else both()[0],)
    edition = Edition(page, version, codes, falls_back=len(codes) == 1)
    sections = list(version.sections.all())
    texts = [read(sections, (), code, strict=not edition.falls_back) for code in codes]
    context = {
        "page": page,
        "edition": edition,
        "legal_notes": [(lang, shown(note)) for lang, note in edition.legal_notes],
        "rows": [
            {"section": section, "columns": list(zip(columns, row, strict=True))}
            for section, columns, *row in zip(sections, edition.sections, *texts, strict=True)
        ],
    }
    return render(request, "working_groups/print.html", context)


@require_safe
def file(
    request: HttpRequest, group: str, draft: str, number: int, *, name: str, kind: str
) -> HttpResponseBase:
    """The wording as a file of the `kind`, in the reader's language (`text`) or in both (`both`)."""
    page, version = public_version(group, draft, number)
    codes = both() if name == "both" else both()[:1]
    # What comes back from a word processor must not hold one language in the name of the other.
    edition = Edition(page, version, codes, falls_back=kind == "pdf" and name == "text")
    tag = quote_etag(tag_of(edition, kind))
    not_modified = get_conditional_response(request, etag=tag)
    if not_modified:
        return not_modified
    try:
        content = file_of(edition, kind)
    except NotMade:
        context = {"page": page, "edition": edition}
        response = render(request, "working_groups/no_file.html", context, status=503)
        response["Retry-After"] = AGAIN_AFTER
        return response
    filename = f"{page.slug}-v{version.number}-{'-'.join(codes)}.{kind}"
    disposition = content_disposition_header(kind == "docx", filename)
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={"ETag": tag, "Content-Disposition": disposition or ""},
    )
