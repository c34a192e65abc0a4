"""What version 0.1.0 received is vouched for after the update as before it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.utils import timezone

from consult.submissions import actions, ledger
from consult.submissions.enums import Status
from consult.submissions.models import Answer, Comment, LedgerEntry, LedgerHead, Submission
from consult.submissions.sealing import sha256
from tests.factories import submit
from working_groups.models import DraftPage

update = import_module("consult.submissions.migrations.0003_statements_of_what_is_there")


@pytest.fixture
def received_before(draft: DraftPage) -> Submission:
    """A submission as the version before knew it: no statements, and a row of form 1."""
    question = draft.questions.first()
    assert question is not None
    given = actions.NewAnswer(question.uid, options=["agree"])
    submission = submit(
        draft, "Hola", "Otra cosa", answers=(given,), themes=("equity",), status=Status.PUBLISHED
    )
    content = ledger.form_1(Submission.objects.get())
    for comment in submission.comments.all():
        comment.statements.all().delete()
    Submission.objects.update(salt="", digest="")
    Answer.objects.update(salt="", digest="")
    entry = LedgerEntry.objects.get()
    entry.form, entry.content, entry.content_digest = 1, None, sha256(content)
    entry.digest = ledger.row_digest(entry)
    QuerySet(LedgerEntry).filter(pk=entry.pk).update(
        form=1, content=None, content_digest=entry.content_digest, digest=entry.digest
    )
    LedgerHead.objects.update(digest=entry.digest)
    return Submission.objects.get()


def test_its_words_become_statements(received_before: Submission) -> None:
    update.state_what_is_there(apps, None)
    for comment in Comment.objects.all():
        assert comment.statements.get().words["body"] == comment.body
    call_command("verify_ledger")


def test_it_can_be_changed_and_its_row_still_fits(received_before: Submission) -> None:
    update.state_what_is_there(apps, None)
    number = received_before.comments.first().pk
    new = actions.NewComment(body="Lo pensé mejor")
    actions.edit_comment(number, new, seen=1, now=timezone.now())
    call_command("verify_ledger")


def test_what_was_altered_before_is_still_found(received_before: Submission) -> None:
    Comment.objects.filter(body="Hola").update(body="Adiós")
    update.state_what_is_there(apps, None)
    with pytest.raises(CommandError, match=r"row 1: submission .* was altered"):
        call_command("verify_ledger")
