"""Files that were sent with comments: always as downloads, never shown inside the site."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consult.common.limits import take
from working_groups.models import DraftPage

from ..models import Attachment
from ..receipts import read_receipt


def download(attachment: Attachment) -> FileResponse:
    """`attachment` as a file to save: nothing in it runs, whatever a browser makes of it."""
    if attachment.erased_at:
        raise Http404
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def of_comment(request: HttpRequest, number: int, file: int) -> HttpResponseBase:
    """A file of a public comment, for everybody who may read its draft."""
    files = Attachment.objects.select_related("comment", "submission")
    attachment = get_object_or_404(files, pk=file, comment=number)
    drafts = DraftPage.objects.live().public()
    readable = attachment.is_public() and drafts.filter(pk=attachment.submission.draft_id).exists()
    if not readable:
        raise Http404
    return download(attachment)


@never_cache
@require_safe
def of_receipt(request: HttpRequest, code: str, file: int) -> HttpResponseBase:
    """A file of one's own, whatever became of it, for who holds the receipt."""
    files = Attachment.objects.filter(submission__receipt=read_receipt(code) or "")
    attachment = files.filter(pk=file).first()
    if attachment is None:
        per_hour = settings.RECEIPT_LOOKUPS_PER_HOUR
        if not take(request, "receipt", burst=per_hour, per_hour=per_hour):
            words = _("Too many codes were tried. Please wait a few minutes.")
            return HttpResponse(words, status=429, content_type="text/plain; charset=utf-8")
        raise Http404
    return download(attachment)
