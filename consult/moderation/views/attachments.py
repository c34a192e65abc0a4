"""Files of comments, for those who decide them."""

from typing import Any

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consult.submissions.keying import may_read_scans
from consult.submissions.models import Attachment
from consult.submissions.views.attachments import download

from ..models import Reading
from ..queries import appeals_to_decide, comments_to_moderate


@never_cache
@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """File `pk`, for who may decide its comment; what the public may not read is logged as read."""
    user: Any = request.user
    mine = (
        Q(comment__in=comments_to_moderate(user).values("pk"))
        | Q(comment__in=appeals_to_decide(user).values("comment"))
        | Q(comment=None)
    )
    files = Attachment.objects.select_related("comment", "submission__draft")
    found = get_object_or_404(files.filter(mine), pk=pk)
    # A scan belongs to no comment: whoever keyed it in, and is no clerk any more, reads it no more.
    if found.comment is None and not may_read_scans(user, found.submission):
        raise Http404
    response = download(found)
    if found.comment and (found.withheld or found.removed_at):
        Reading.objects.create(
            comment=found.comment,
            edition=found.comment.edition,
            read_by=user,
            read_at=timezone.now(),
        )
    return response
