"""E-mails and unpublished originals are kept for a time, and then gone."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from consult.moderation.actions import appeal, decide, decide_appeal, undo
from consult.responses.models import SummaryPage
from consult.submissions.enums import LedgerKind, Status
from consult.submissions.models import Comment, LedgerEntry, Statement, Submission
from tests.factories import submit
from working_groups.models import DraftPage

EMAIL = "ana@example.org"


def later(**delta: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta))


def erase(*options: str) -> str:
    out = StringIO()
    call_command("erase_personal_data", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def sent(draft: DraftPage, chair: User) -> Submission:
    """A submission with a comment published, one rejected and one that waits."""
    submission = submit(
        draft, "Publicado.", "Rechazado.", "Esperando.", respondent={"email": EMAIL}
    )
    first, second, _third = submission.comments.order_by("pk")
    decide({first.pk: first.status}, "published", by=chair)
    decide({second.pk: second.status}, "rejected", by=chair, reason_code="abuse", note="No.")
    return submission


@pytest.fixture
def answered(sent: Submission, draft: DraftPage) -> Submission:
    """The same, its consultation closed and answered within a month."""
    with later(days=30):
        page = SummaryPage(heading_es="Síntesis", heading_en="Summary")
        draft.add_child(instance=page)
        page.save_revision().publish()
    return sent


def words_kept(submission: Submission) -> list[str]:
    rows = Statement.objects.filter(comment__submission=submission, erased_at=None)
    return [row.words["body"] for row in rows.order_by("comment")]


def test_before_its_time_nothing_is_erased(answered: Submission) -> None:
    with later(days=209):
        assert "0" in erase()
    answered.refresh_from_db()
    assert answered.email == EMAIL
    assert len(words_kept(answered)) == 3


def test_then_what_is_not_public_is_gone_and_the_ledger_says_so(answered: Submission) -> None:
    with later(days=211):
        assert "1" in erase("--dry-run")
        answered.refresh_from_db()
        assert answered.email == EMAIL
        assert "1" in erase()
        assert "0" in erase()
    answered.refresh_from_db()
    assert answered.email == ""
    # What nobody has decided yet is nobody's to throw away.
    assert words_kept(answered) == ["Publicado.", "Esperando."]
    assert [comment.body for comment in answered.comments.order_by("pk")] == [
        "Publicado.",
        "",
        "Esperando.",
    ]
    assert LedgerEntry.objects.filter(submission=answered, kind=LedgerKind.ERASED).count() == 1
    call_command("verify_ledger", stdout=StringIO())


def test_a_consultation_that_is_never_answered_keeps_them_a_year(sent: Submission) -> None:
    with later(days=7 + 364):
        assert "0" in erase()
    with later(days=7 + 366):
        assert "1" in erase()


def test_the_worker_does_it_each_day(answered: Submission) -> None:
    with later(days=211):
        call_command("worker", "--once")
    answered.refresh_from_db()
    assert answered.email == ""


def test_it_can_be_switched_off_and_waits_for_a_consultation_opened_again(
    answered: Submission, draft: DraftPage, settings: Any
) -> None:
    with later(days=400):
        settings.RETENTION_DAYS = 0
        assert "0" in erase()
        settings.RETENTION_DAYS = 180
        DraftPage.objects.filter(pk=draft.pk).update(closes_at=timezone.now() + timedelta(days=2))
        assert "0" in erase()


def rejected(submission: Submission) -> Comment:
    return submission.comments.get(status=Status.REJECTED)


def test_words_are_kept_until_their_appeal_is_decided(
    answered: Submission, staff_user: User
) -> None:
    comment = rejected(answered)
    made = appeal(comment.pk, "No es un insulto.", now=timezone.now())
    with later(days=211):
        assert "0" in erase()
        decide_appeal(made.pk, Status.REJECTED, grant=False, note="Sí lo es.", by=staff_user)
        # It cannot be appealed again, but nobody has to know that here.
        assert "0" in erase()
    with later(days=211 + 31):
        assert "1" in erase()
    assert rejected(answered).body == ""


def test_words_are_kept_while_their_rejection_can_be_appealed(
    answered: Submission, chair: User
) -> None:
    waiting = answered.comments.get(status=Status.PENDING)
    with later(days=210):
        decide({waiting.pk: Status.PENDING}, "rejected", by=chair, reason_code="abuse", note="No.")
    with later(days=211):
        assert "0" in erase()


def test_what_was_erased_is_shown_no_more(answered: Submission, chair: User) -> None:
    comment = rejected(answered)
    with later(days=211):
        erase()
        with pytest.raises(ValidationError, match="borr"):
            decide({comment.pk: comment.status}, "published", by=chair)
        with pytest.raises(ValidationError, match="borr"):
            undo(comment.pk, comment.status, by=chair)
    assert rejected(answered) == comment
