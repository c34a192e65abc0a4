"""Files of comments, for those who decide them."""

from typing import Any

from django.db.models import Q
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consult.submissions.models import Attachment
from consult.submissions.views.attachments import download

from ..colleagues import log_reading
from ..queries import appeals_to_decide, comments_to_moderate


@never_cache
@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """File `pk`, for who may decide its comment; what the public may not read is logged as read."""
    user: Any = request.user
    mine = Q(comment__in=comments_to_moderate(user).values("pk")) | Q(
        comment__in=appeals_to_decide(user).values("comment")
    )
    found = get_object_or_404(Attachment.objects.select_related("comment").filter(mine), pk=pk)
    response = download(found)
    if found.comment and (found.withheld or found.removed_at):
        log_reading([found.comment], by=user)
    return response
