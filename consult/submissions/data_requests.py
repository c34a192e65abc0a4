"""What people ask about their own data (ARCO), what they are answered, and the data themselves."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _, override

from . import ledger
from .enums import LedgerKind, RequestKind
from .erasing import erase_respondent
from .models import Comment, DataRequest, Submission
from .sealing import moment, new_salt, sealed, sender_of
from .signals import comments_changed, data_request_answered


class AnsweredMeanwhile(Exception):
    """Somebody else has answered the request; nothing was done."""


def due_at(made_at: datetime) -> datetime | None:
    """Until when a request of `made_at` is answered; None where no time is set."""
    days = settings.ARCO_DAYS
    return made_at + timedelta(days=days) if days else None


def ask(submission: Submission, kind: str, words: str, language: str) -> DataRequest:
    """Note a request of the sender of `submission`, sent twice or not; access is given at once."""
    with transaction.atomic():
        # The row is the queue for a form that is sent twice at once.
        Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
        now = timezone.now()
        same = Q(answered_at=None)
        if kind == RequestKind.ACCESS:
            # Each is answered by a letter; the data are there to be downloaded at any time.
            same |= Q(made_at__gt=now - timedelta(days=1))
        request = submission.data_requests.filter(same, kind=kind, words=words).last()
        if request is None:
            request = DataRequest.objects.create(
                submission=submission, kind=kind, words=words, language=language, made_at=now
            )
            if kind == RequestKind.ACCESS and not words:
                with override(language):
                    given = _("All that we hold can be downloaded from the page of the receipt.")
                _answer(request, given, now)
    return request


@transaction.atomic
def answer(
    request: DataRequest,
    words: str,
    *,
    by: User,
    erase: bool = False,
    corrections: Mapping[str, Any] | None = None,
) -> DataRequest:
    """Answer `request`; `erase`: and erase what its sender said and wrote, as they ask.

    `corrections`: columns of the submission to set right. Raises AnsweredMeanwhile.
    """
    request = DataRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.answered_at:
        raise AnsweredMeanwhile
    now = timezone.now()
    # Before the address is gone to which the answer is sent.
    _answer(request, words, now, by)
    if erase:
        erase_respondent(request.submission, now=now)
    elif corrections:
        _correct_sender(request.submission, corrections)
    return request


def _correct_sender(submission: Submission, corrections: Mapping[str, Any]) -> None:
    """Set right what the sender of `submission` said of themselves; the ledger gets a row for it."""
    submission = Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    for name, value in corrections.items():
        setattr(submission, name, value)
    if not submission.erased_at:
        submission.salt = new_salt()
        submission.digest = sealed(submission.salt, sender_of(submission))
    submission.save()
    public = list(submission.comments.public().values_list("pk", flat=True))
    if public:
        comments_changed.send(sender=Comment, comments=public)
    ledger.append(LedgerKind.CORRECTED, submission, {"sender": submission.digest})


def _answer(request: DataRequest, words: str, now: datetime, by: User | None = None) -> None:
    request.answer, request.answered_by, request.answered_at = words, by, now
    request.save(update_fields=["answer", "answered_by", "answered_at"])
    data_request_answered.send(sender=DataRequest, request=request)


# What a submission holds of its sender and of how it came, for them to read.
HELD = (
    *("receipt", "language", "channel", "event"),
    *("respondent_kind", "sector", "name", "organisation", "on_behalf_of"),
    *("state", "country", "email", "show_name", "privacy_notice_version"),
)
MOMENTS = (
    *("received_at", "privacy_accepted_at", "publication_accepted_at"),
    *("voluntary_accepted_at", "erased_at"),
)


def data_of(submission: Submission) -> dict[str, Any]:
    """All that is held on the sender of `submission`, as JSON: what they said and wrote, and when."""
    comments = submission.comments.select_related("section", "version").prefetch_related(
        "statements", "attachments", "themes"
    )
    return {
        **{name: getattr(submission, name) for name in HELD},
        **{name: moment(getattr(submission, name)) for name in MOMENTS},
        "draft": submission.draft.slug,
        "comments": [
            {
                "number": comment.number,
                "version": comment.version.number,
                "section": comment.section.number if comment.section else None,
                "status": comment.status,
                "language": comment.language,
                "themes": [theme.slug for theme in comment.themes.all()],
                "statements": [
                    {
                        "number": statement.number,
                        "written_at": moment(statement.written_at),
                        "erased_at": moment(statement.erased_at),
                        "words": statement.words,
                    }
                    for statement in comment.statements.all()
                ],
                "files": [
                    {
                        "name": file.name,
                        "type": file.content_type,
                        "bytes": file.size,
                        "sha256": file.digest,
                        "removed_at": moment(file.removed_at),
                        "erased_at": moment(file.erased_at),
                    }
                    for file in comment.attachments.all()
                ],
            }
            for comment in comments
        ],
        "answers": [
            {
                "question": str(answer.question_uid),
                "options": answer.options,
                "text": answer.text,
            }
            for answer in submission.answers.all()
        ],
        "requests": [
            {
                "kind": request.kind,
                "words": request.words,
                "made_at": moment(request.made_at),
                "answer": request.answer,
                "answered_at": moment(request.answered_at),
            }
            for request in submission.data_requests.all()
        ],
    }
