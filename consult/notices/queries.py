from datetime import datetime

from django.db.models import QuerySet

from consult.submissions.models import Submission

from .models import Letter, Notice


def mail_waits_since(moment: datetime) -> bool:
    """Whether a letter was written, or should have been, before `moment` and has not gone out."""
    # A decision waits on purpose; until its first attempt that is said by its next try. What one
    # mailbox does not take is tried again for days, and says nothing of the site.
    notices = Notice.objects.filter(done_at=None, attempts=0, next_try_at__lt=moment)
    letters = Letter.objects.filter(done_at=None, attempts=0, written_at__lt=moment)
    return letters.exists() or notices.exists()


def wanting_letters() -> QuerySet[Submission]:
    """The submissions whose senders agreed to be written to, and did not change their mind."""
    agreed = Submission.objects.filter(voluntary_accepted_at__isnull=False, silence=None)
    return agreed.exclude(email="")
