"""The end of what was sent: words, names and files that nobody is to read any more.

The digests stay, so that the ledger still shows that nothing else was taken away.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from . import covering, ledger
from .actions import locked, take_back
from .enums import LedgerKind, Status
from .models import Attachment, Comment, Statement, Submission
from .signals import respondent_erased

# Comments whose own words stay when their originals' time is over, and those whose words go.
KEPT = frozenset({Status.PENDING, Status.PUBLISHED})
OVER = frozenset({Status.REJECTED, Status.HIDDEN, Status.WITHDRAWN})
# Files whose time is over with their originals': scans, what was taken off or withheld, and those of
# comments whose words go.
UNREAD_FILES = (
    Q(comment=None) | Q(removed_at__isnull=False) | Q(withheld=True) | Q(comment__status__in=OVER)
)


@transaction.atomic
def erase_originals(submission: Submission, *, now: datetime) -> bool:
    """Erase the e-mail of `submission`, and all it holds that the public does not read.

    That is what was rejected, hidden or withdrawn, what is covered, earlier wordings, files that
    were withheld or taken off, and scans: their time is over. The digests stay. Returns whether
    there was anything to erase.
    """
    submission = Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    comments = locked(submission.comments.values_list("pk", flat=True))
    # The words of a published comment stand in its columns as they were written; those of one that
    # still waits have not been answered.
    kept = [comment for comment in comments if comment.status in KEPT]
    unread = [comment for comment in comments if comment.status in OVER]
    erased = _erase_statements(comments, kept, now)
    erased |= _erase_texts(unread)
    erased |= _erase_files(submission.attachments.filter(UNREAD_FILES, erased_at=None), now)
    if submission.email:
        submission.email = ""
        submission.save(update_fields=["email"])
        erased = True
    if erased:
        content = {"what": "originals", "at": now.isoformat()}
        ledger.append(LedgerKind.ERASED, submission, content)
    return erased


@transaction.atomic
def erase_respondent(submission: Submission, *, now: datetime) -> None:
    """Erase, at their request, all that the sender of `submission` said of themselves and wrote.

    Its comments are withdrawn, whatever the day. What was chosen in answers stays, without a name.
    """
    submission = Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    comments = locked(submission.comments.values_list("pk", flat=True))
    standing = [comment for comment in comments if comment.status != Status.WITHDRAWN]
    if standing:
        take_back(submission, standing, now)
    _erase_statements(comments, [], now)
    _erase_texts(comments)
    _erase_files(submission.attachments.filter(erased_at=None), now)
    submission.answers.exclude(text="").update(text="", salt="")
    submission.data_requests.update(words="")
    for name in ("name", "organisation", "on_behalf_of", "state", "country", "email"):
        setattr(submission, name, "")
    submission.show_name, submission.salt, submission.erased_at = False, "", now
    submission.save()
    ledger.append(LedgerKind.ERASED, submission, {"what": "all", "at": now.isoformat()})
    respondent_erased.send(sender=Submission, submission=submission)


def _erase_statements(comments: list[Comment], kept: list[Comment], now: datetime) -> bool:
    """Erase the statements of `comments`, but for the current ones of those `kept`."""
    rows = Statement.objects.filter(comment__in=comments, erased_at=None)
    for comment in kept:
        rows = rows.exclude(comment=comment, number=comment.edition)
    return bool(rows.update(words={}, salt="", erased_at=now))


def _erase_texts(comments: list[Comment]) -> bool:
    """Erase the words of `comments`, which nobody is to read any more."""
    rows = Comment.objects.filter(pk__in=[comment.pk for comment in comments])
    nothing = dict.fromkeys(covering.TEXTS, "")
    return bool(rows.exclude(**nothing).update(**nothing, links=[]))


def _erase_files(files: Iterable[Attachment], now: datetime) -> bool:
    gone = list(files)
    for file in gone:
        stored, name = file.file.storage, str(file.file.name)
        Attachment.objects.filter(pk=file.pk).update(file="", name="", erased_at=now)
        # Only when it is certain: a file cannot be brought back.
        transaction.on_commit(partial(stored.delete, name))
    return bool(gone)
