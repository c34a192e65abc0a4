"""The author's side of an appeal: once, against a rejection, in time."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from consult.moderation.actions import decide
from consult.moderation.models import Appeal
from consult.moderation.signals import appeal_made
from consult.submissions.models import Comment
from tests.factories import comment_on
from working_groups.models import DraftPage

WORDS = "Habla del artículo 4, que es de este borrador."


def address(comment: Comment, lang: str = "en") -> str:
    return f"/{lang}/receipt/{comment.submission.receipt}/comments/{comment.pk}/appeal/"


@pytest.fixture
def rejected(draft: DraftPage, chair: User) -> Comment:
    comment = comment_on(draft, "Faltan caminos.")
    decide(
        {comment.pk: "pending"}, "rejected", by=chair, reason_code="off_topic", note="No es aquí."
    )
    comment.refresh_from_db()
    return comment


def test_the_receipt_leads_to_it_and_keeps_it(client: Client, rejected: Comment) -> None:
    receipt = f"/en/receipt/{rejected.submission.receipt}/"
    heard = []
    appeal_made.connect(lambda appeal, **_: heard.append(appeal), weak=False, dispatch_uid="test")
    assert address(rejected) in client.get(receipt).content.decode()
    page = client.get(address(rejected)).content.decode()
    assert "not about this draft" in page
    assert "No es aquí." in page
    response = client.post(address(rejected), {"words": WORDS})
    appeal_made.disconnect(dispatch_uid="test")
    assert response["Location"] == f"{receipt}?said=appealed#comment-{rejected.pk}"
    appeal = Appeal.objects.get()
    assert (appeal.comment, appeal.words, appeal.against.to_status) == (rejected, WORDS, "rejected")
    assert heard == [appeal]
    html = client.get(response["Location"]).content.decode()
    assert WORDS in html
    assert address(rejected) not in html


def test_once_only(client: Client, rejected: Comment) -> None:
    client.post(address(rejected), {"words": WORDS})
    again = client.post(address(rejected), {"words": "Otra vez."})
    assert again.status_code == 409
    assert "a comment can be appealed once" in again.content.decode()
    assert "Otra vez." in again.content.decode()
    assert Appeal.objects.get().words == WORDS


@pytest.mark.parametrize("status", ["pending", "published"])
def test_only_a_rejection(client: Client, draft: DraftPage, status: str) -> None:
    comment = comment_on(draft, "Faltan caminos.", status=status)
    assert "There is no rejection to appeal" in client.get(address(comment)).content.decode()
    assert client.post(address(comment), {"words": WORDS}).status_code == 409
    assert not Appeal.objects.exists()


def test_what_was_withdrawn_since_is_not_appealed(client: Client, rejected: Comment) -> None:
    client.post(address(rejected).replace("appeal", "withdraw"))
    assert client.post(address(rejected), {"words": WORDS}).status_code == 409


@pytest.mark.parametrize(("days", "after", "status"), [(5, 4, 303), (5, 6, 409), (0, 900, 303)])
def test_in_time_and_after_closing_too(
    client: Client, rejected: Comment, settings, days: int, after: int, status: int
) -> None:
    settings.APPEAL_DAYS = days
    settings.REOPENING_DAYS = 0
    rejected.submission.draft.closes_at = timezone.now()
    with time_machine.travel(timezone.now() + timedelta(days=after)):
        response = client.post(address(rejected), {"words": WORDS})
    assert response.status_code == status
    assert Appeal.objects.exists() is (status == 303)


@pytest.mark.parametrize("words", ["", "  ", "x" * 2_001])
def test_what_is_wrong_is_said(client: Client, rejected: Comment, words: str) -> None:
    response = client.post(address(rejected), {"words": words})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Appeal.objects.exists()


def test_markup_is_text(client: Client, rejected: Comment) -> None:
    client.post(address(rejected), {"words": "<script>x</script>"})
    html = client.get(f"/en/receipt/{rejected.submission.receipt}/").content.decode()
    assert "<script>x" not in html
