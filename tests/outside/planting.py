"""One of everything that only some may read, each with a secret of its own in it."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consult.moderation.actions import appeal, decide
from consult.moderation.models import Note
from consult.moderation.rules import seen_as
from consult.submissions.actions import NewAnswer, NewComment, edit_comment, withdraw
from consult.submissions.covering import Span
from consult.submissions.enums import RequestKind, Status
from consult.submissions.models import Comment, DataRequest, Submission
from tests.factories import submit
from working_groups.models import DraftPage

PUBLIC = "palabrapublica"


@dataclass
class Planted:
    """What was planted: secrets by what they are, the submissions, and what names them."""

    secrets: dict[str, str] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)

    def secret(self, what: str) -> str:
        """A word that stands nowhere else, for `what`."""
        self.secrets[what] = f"zz{what.replace('_', '')}zz"
        return self.secrets[what]

    def leaked(self, text: str) -> list[str]:
        """What of it can be read in `text`."""
        low = text.lower()
        return [what for what, word in self.secrets.items() if word in low]


def decided(comment: Comment, outcome: str, by: User, **options: Any) -> Comment:
    """`comment` as it is after a decision."""
    comment.refresh_from_db()
    seen = {comment.pk: seen_as(comment.status, comment.edition)}
    decide(seen, outcome, by=by, **options)
    comment.refresh_from_db()
    return comment


def plant(draft: DraftPage, chair: User) -> Planted:
    """Comments in every state on `draft`, and all that hangs on them."""
    planted = Planted()
    word = planted.secret
    now = timezone.now()

    def sent(*bodies: str, **options: Any) -> list[Comment]:
        submission = submit(draft, *bodies, **options)
        planted.submissions.append(submission)
        return list(submission.comments.all())

    question = draft.questions.get(kind="open")
    (pending,) = sent(
        f"En espera {word('pending')}",
        respondent={"name": word("anonymous_name"), "email": f"{word('email')}@example.org"},
        answers=(NewAnswer(question.uid, text=word("open_answer")),),
    )
    Note.objects.create(
        comment=pending, words=word("colleagues_note"), written_by=chair, written_at=now
    )
    (public,) = sent(f"Primero {word('earlier_edition')}")
    edit_comment(public.pk, NewComment(body=f"Ahora {PUBLIC}"), seen=1, now=now)
    decided(public, Status.PUBLISHED, chair)
    (rejected,) = sent(f"Rechazado {word('rejected')}")
    decided(
        rejected, Status.REJECTED, chair, reason_code="other", note=f"Nota {word('author_note')}"
    )
    appeal(rejected.pk, word("appeal"), now=now)
    (hidden,) = sent(f"Oculto {word('hidden')}")
    decided(hidden, Status.PUBLISHED, chair)
    decided(hidden, Status.HIDDEN, chair, reason_code="abuse")
    (withdrawn,) = sent(f"Retirado {word('withdrawn')}")
    decided(withdrawn, Status.PUBLISHED, chair)
    withdraw([withdrawn.pk], now=now)
    body = f"Cubierto {word('covered')} {PUBLIC}"
    (covered,) = sent(body)
    start = body.index(planted.secrets["covered"])
    span = Span(start, start + len(planted.secrets["covered"]), "name")
    decided(covered, Status.REDACTED, chair, reason_code="personal_data", spans={"body": [span]})
    with transaction.atomic():
        DataRequest.objects.create(
            submission=planted.submissions[0],
            kind=RequestKind.ACCESS,
            words=word("data_request"),
            language="es",
            made_at=now,
        )
    for number, submission in enumerate(planted.submissions):
        planted.secrets[f"receipt_{number}"] = submission.receipt.lower()
    return planted
