"""Files and words that go with the originals, and with all that one respondent sent."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from consult.moderation.actions import decide
from consult.moderation.models import Appeal
from consult.submissions.data_requests import answer, ask
from consult.submissions.models import Attachment, Comment, DataRequest, Submission
from tests.factories import comment_on, submit
from working_groups.models import DraftPage


def attach(submission: Submission, comment: Comment | None, name: str, **state: Any) -> Attachment:
    return Attachment.objects.create(
        submission=submission,
        comment=comment,
        file=ContentFile(name.encode(), name=name),
        name=name,
        content_type="application/pdf",
        size=len(name),
        digest="0" * 64,
        stored_at=timezone.now(),
        **state,
    )


def test_files_that_the_public_does_not_read_go_with_the_originals(
    draft: DraftPage, django_capture_on_commit_callbacks: Any
) -> None:
    submission = submit(draft, "Faltan caminos.", status="published")
    comment = submission.comments.get()
    kept = attach(submission, comment, "public.pdf")
    gone = [
        attach(submission, None, "scan.pdf"),
        attach(submission, comment, "withheld.pdf", withheld=True),
        attach(submission, comment, "removed.pdf", removed_at=timezone.now()),
    ]
    paths = [file.file.name for file in gone]
    storage = kept.file.storage
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        for found in ("1", "0"):
            out = StringIO()
            with django_capture_on_commit_callbacks(execute=True):
                call_command("erase_personal_data", stdout=out)
            assert found in out.getvalue()
    for file in gone:
        file.refresh_from_db()
        assert file.erased_at
        assert (file.name, file.file.name) == ("", "")
    assert not any(storage.exists(path) for path in paths)
    kept.refresh_from_db()
    assert kept.erased_at is None
    assert storage.exists(kept.file.name)
    storage.delete(kept.file.name)


@pytest.fixture
def appealed(client: Client, draft: DraftPage, chair: User) -> Submission:
    """A submission whose sender appealed against a rejection."""
    comment = comment_on(draft, "Faltan caminos.")
    decide(
        {comment.pk: "pending"}, "rejected", by=chair, reason_code="off_topic", note="No es aquí."
    )
    receipt = comment.submission.receipt
    client.post(f"/es/receipt/{receipt}/comments/{comment.pk}/appeal/", {"words": "Soy Ana Ruiz."})
    assert Appeal.objects.get().words == "Soy Ana Ruiz."
    return comment.submission


def test_who_has_all_erased_leaves_no_words_in_requests_and_appeals(
    client: Client, draft: DraftPage, appealed: Submission, staff_user: User
) -> None:
    other = ask(comment_on(draft, "Otra cosa.").submission, "object", "De otra persona.", "es")
    ask(appealed, "object", "Me llamo Ana Ruiz.", "es")
    request = ask(appealed, "cancel", "Ana Ruiz, que lo borren.", "es")
    answer(request, "Se borró.", by=staff_user, erase=True)
    rows = DataRequest.objects.filter(submission=appealed)
    assert sorted(rows.values_list("kind", "words", "answer")) == [
        ("cancel", "", "Se borró."),
        ("object", "", ""),
    ]
    assert Appeal.objects.get().words == ""
    other.refresh_from_db()
    assert other.words == "De otra persona."
    assert "Ana Ruiz" not in client.get(f"/es/receipt/{appealed.receipt}/").content.decode()
    call_command("verify_ledger", stdout=StringIO())
