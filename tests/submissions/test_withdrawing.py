"""Taking comments back: the page asks, the button does, and after closing nobody can."""

from datetime import timedelta

import time_machine
from django.core.management import call_command
from django.test import Client

from consult.submissions.models import Comment, LedgerEntry
from tests.factories import comment_on, submit
from working_groups.models import DraftPage


def test_looking_at_the_page_withdraws_nothing(client: Client, draft: DraftPage) -> None:
    comment = comment_on(draft, "Faltan caminos.", status="published")
    here = f"/en/receipt/{comment.submission.receipt}/comments/{comment.pk}/withdraw/"
    assert "Faltan caminos." in client.get(here).content.decode()
    comment.refresh_from_db()
    assert comment.status == "published"


def test_one_comment_is_taken_back_and_its_author_still_reads_it(
    client: Client, draft: DraftPage
) -> None:
    submission = submit(draft, "Faltan caminos.", "Faltan puentes.", status="published")
    gone, stays = submission.comments.all()
    here = f"/es/receipt/{submission.receipt}/comments/{gone.pk}/withdraw/"
    response = client.post(here)
    assert response["Location"] == (
        f"/es/receipt/{submission.receipt}/?said=withdrawn#comment-{gone.pk}"
    )
    assert client.get(f"/es/comments/{gone.pk}/").status_code == 404
    assert client.get(f"/es/comments/{stays.pk}/").status_code == 200
    receipt = client.get(response["Location"]).content.decode()
    assert "Faltan caminos." in receipt
    assert f"comments/{gone.pk}/withdraw/" not in receipt
    row = LedgerEntry.objects.get(kind="withdrawn")
    assert row.content["numbers"] == [gone.pk]
    call_command("verify_ledger")
    # Once more changes nothing and is no error.
    assert client.post(here).status_code == 303
    assert LedgerEntry.objects.filter(kind="withdrawn").count() == 1


def test_all_are_taken_back_and_the_answers_stay(client: Client, draft: DraftPage) -> None:
    submission = submit(draft, "Faltan caminos.", "Faltan puentes.")
    submission.answers.create(question_uid=draft.questions.first().uid, options=["agree"])
    receipt = f"/en/receipt/{submission.receipt}/"
    assert f"{receipt}withdraw/" in client.get(receipt).content.decode()
    assert client.post(f"{receipt}withdraw/").status_code == 303
    assert set(submission.comments.values_list("status", flat=True)) == {"withdrawn"}
    assert submission.answers.count() == 1
    assert "There is nothing left to withdraw." in (
        client.get(f"{receipt}withdraw/").content.decode()
    )


def test_after_closing_it_is_refused_in_words(client: Client, draft: DraftPage) -> None:
    comment: Comment = comment_on(draft, "Faltan caminos.", status="published")
    here = f"/en/receipt/{comment.submission.receipt}/comments/{comment.pk}/withdraw/"
    closing = draft.closes_at.replace(microsecond=0)
    with time_machine.travel(closing + timedelta(seconds=1), tick=False):
        response = client.post(here)
        receipt = client.get(f"/en/receipt/{comment.submission.receipt}/").content.decode()
    assert response.status_code == 409
    assert "what was sent stands as it is" in response.content.decode()
    assert "withdraw/" not in receipt
    comment.refresh_from_db()
    assert comment.status == "published"
    with time_machine.travel(closing + timedelta(microseconds=999_999), tick=False):
        assert client.post(here).status_code == 303


def test_a_form_of_another_site_withdraws_nothing(draft: DraftPage) -> None:
    comment = comment_on(draft, "Faltan caminos.")
    here = f"/en/receipt/{comment.submission.receipt}/comments/{comment.pk}/withdraw/"
    assert Client(enforce_csrf_checks=True).post(here).status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"
