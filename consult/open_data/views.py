from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consult.common.worker import last_seen
from consult.notices.queries import mail_waits_since
from consult.search.engines import engine
from consult.search.engines.base import EngineUnavailable
from consult.search.models import OutboxEntry

# A change that waits longer than this for the index has been forgotten.
PATIENCE = timedelta(minutes=5)
# Mail that waits longer than this is not being sent, or not taken.
MAIL_PATIENCE = timedelta(minutes=30)
# A worker that was not seen for so long has died, and so has what starts it again.
ABSENCE = timedelta(minutes=3)
# Since when this process serves: a worker that starts with it needs a moment.
started_at = timezone.now()


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where database, index, queue, mail and worker answer; else 503 naming what does not.

    No secrets.
    """
    failing = []
    try:
        waiting = OutboxEntry.objects.count()
        if OutboxEntry.objects.filter(noted_at__lt=timezone.now() - PATIENCE).exists():
            failing.append("queue")
        if mail_waits_since(timezone.now() - MAIL_PATIENCE):
            failing.append("mail")
        if settings.WORKER and not _worker_seen():
            failing.append("worker")
    except DatabaseError:
        waiting = None
        failing += ["database", "queue"]
    try:
        engine().generation()
    except EngineUnavailable:
        failing.append("index")
    content = {"status": "failing" if failing else "ok", "failing": failing, "waiting": waiting}
    return JsonResponse(content, status=503 if failing else 200)


def _worker_seen() -> bool:
    return max(started_at, last_seen() or started_at) > timezone.now() - ABSENCE
