"""Changing one's own comment from the receipt, until the consultation closes."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from consult.moderation.actions import decide
from consult.search.actions import drain
from consult.submissions.actions import ChangeRefused, NewComment, edit_comment
from consult.submissions.enums import Status
from consult.submissions.models import Attachment, Comment, HeldFile, LedgerEntry
from tests.factories import comment_on, make_draft, submit
from tests.submissions.files import pdf
from tests.submissions.test_abuse import question_in
from working_groups.models import DraftPage, WorkingGroupPage


def address(comment: Comment, lang: str = "es") -> str:
    return f"/{lang}/receipt/{comment.submission.receipt}/comments/{comment.pk}/"


def typed(comment: Comment, **fields: Any) -> dict[str, Any]:
    return {
        "seen": str(comment.edition),
        "status": comment.status,
        "token": "one",
        "comment-0-body": "Sesenta horas tampoco bastan.",
        **fields,
    }


@pytest.fixture
def comment(draft: DraftPage) -> Comment:
    return comment_on(draft, "Cuarenta horas no bastan.", themes=("equity",))


def test_the_form_comes_with_what_was_written(client: Client, comment: Comment) -> None:
    form = client.get(address(comment)).context["form"]
    assert form["body"].value() == "Cuarenta horas no bastan."
    assert form["stance"].value() == "support"
    assert form["themes"].value() == ["equity"]


def test_a_change_is_a_new_statement_and_the_earlier_one_is_kept(
    client: Client, comment: Comment
) -> None:
    data = typed(comment, **{"comment-0-stance": "oppose", "comment-0-themes": ["ethics"]})
    response = client.post(address(comment), data)
    receipt = f"/es/receipt/{comment.submission.receipt}/"
    assert response.status_code == 303
    assert response["Location"] == f"{receipt}?said=changed#comment-{comment.pk}"
    comment.refresh_from_db()
    assert (comment.body, comment.stance, comment.status) == (
        "Sesenta horas tampoco bastan.",
        "oppose",
        "pending",
    )
    assert [s.words["body"] for s in comment.statements.all()] == [
        "Cuarenta horas no bastan.",
        "Sesenta horas tampoco bastan.",
    ]
    html = client.get(response["Location"]).content.decode()
    assert "Cuarenta horas no bastan." in html
    assert "Sesenta horas tampoco bastan." in html
    assert LedgerEntry.objects.filter(kind="edited").count() == 1
    call_command("verify_ledger")


def test_a_section_that_is_sent_along_changes_nothing(client: Client, comment: Comment) -> None:
    other = comment.version.sections.all()[1]
    client.post(address(comment), typed(comment, **{"comment-0-section": str(other.uid)}))
    before = comment.section
    comment.refresh_from_db()
    assert comment.edition == 2
    assert comment.section == before


def test_what_was_published_is_read_again_and_not_shown_meanwhile(
    client: Client, comment: Comment, chair
) -> None:
    decide({comment.pk: "pending"}, "published", by=chair)
    comment.refresh_from_db()
    page = client.get(address(comment, "en")).content.decode()
    assert "A co-chair reads what you change before it is published." in page
    client.post(address(comment), typed(comment))
    assert client.get(f"/es/comments/{comment.pk}/").status_code == 404


@pytest.mark.parametrize("fields", [{"comment-0-body": ""}, {"comment-0-links": "ftp://x"}])
def test_nothing_typed_is_lost_on_an_error(client: Client, comment: Comment, fields) -> None:
    data = typed(comment, **{"comment-0-reason": "Porque sí.", **fields})
    response = client.post(address(comment), data)
    assert response.status_code == 422
    assert "Porque sí." in response.content.decode()
    comment.refresh_from_db()
    assert comment.edition == 1


def test_a_second_change_meanwhile_is_told_with_what_stands_now(
    client: Client, comment: Comment
) -> None:
    late = typed(comment, **{"comment-0-body": "La otra ventana."})
    client.post(address(comment), typed(comment))
    response = client.post(address(comment, "en"), late)
    html = response.content.decode()
    assert response.status_code == 409
    assert "changed meanwhile" in html
    assert "Sesenta horas tampoco bastan." in html
    assert "La otra ventana." in html
    # Who has read that may send it all the same.
    assert '<input type="hidden" name="seen" value="2">' in html
    comment.refresh_from_db()
    assert comment.body == "Sesenta horas tampoco bastan."


def test_a_decision_meanwhile_is_told(client: Client, comment: Comment, chair) -> None:
    data = typed(comment)
    decide({comment.pk: "pending"}, "rejected", by=chair, reason_code="off_topic")
    response = client.post(address(comment, "en"), data)
    assert response.status_code == 409
    assert "While you wrote, this comment was decided: it is now rejected." in (
        response.content.decode()
    )
    again = client.post(address(comment), data | {"status": "rejected"})
    assert again.status_code == 303
    comment.refresh_from_db()
    assert (comment.status, comment.edition) == ("pending", 2)


def test_the_last_second_counts_and_no_more(client: Client, draft: DraftPage) -> None:
    comment = comment_on(draft, "Cuarenta horas no bastan.")
    closing = draft.closes_at.replace(microsecond=0)
    with time_machine.travel(closing + timedelta(microseconds=999_999), tick=False):
        assert client.post(address(comment), typed(comment)).status_code == 303
    comment.refresh_from_db()
    with time_machine.travel(closing + timedelta(seconds=1), tick=False):
        late = client.post(address(comment, "en"), typed(comment))
        assert late.status_code == 409
        assert "The consultation is closed" in late.content.decode()
        assert 'name="comment-0-body"' not in client.get(address(comment)).content.decode()
    comment.refresh_from_db()
    assert comment.edition == 2


def test_another_ones_comment_is_not_there(client: Client, draft: DraftPage) -> None:
    mine, theirs = submit(draft, "Uno"), comment_on(draft, "Otro")
    there = f"/es/receipt/{mine.receipt}/comments/{theirs.pk}/"
    assert client.get(there).status_code == 404
    assert client.post(there, typed(theirs)).status_code == 404
    assert client.post(f"{there}withdraw/").status_code == 404
    theirs.refresh_from_db()
    assert (theirs.edition, theirs.status) == (1, "pending")


def test_files_are_added_and_taken_off(client: Client, comment: Comment) -> None:
    first = SimpleUploadedFile("uno.pdf", pdf(), "application/pdf")
    client.post(address(comment), typed(comment, **{"comment-0-attachments": first}))
    comment.refresh_from_db()
    file = Attachment.objects.get(comment=comment)
    assert "uno.pdf" in client.get(address(comment)).content.decode()
    client.post(address(comment), typed(comment, keep=[str(file.pk)]))
    file.refresh_from_db()
    assert file.removed_at is None
    comment.refresh_from_db()
    client.post(address(comment), typed(comment))
    file.refresh_from_db()
    assert file.removed_at is not None


def test_where_nothing_can_be_changed_no_file_is_held(client: Client, draft: DraftPage) -> None:
    comment = comment_on(draft, "Cuarenta horas no bastan.")
    file = SimpleUploadedFile("uno.pdf", pdf(), "application/pdf")
    with time_machine.travel(draft.closes_at + timedelta(seconds=1), tick=False):
        late = client.post(address(comment), typed(comment, **{"comment-0-attachments": file}))
    assert late.status_code == 409
    assert not HeldFile.objects.exists()


def test_files_of_the_whole_submission_are_counted(
    client: Client, draft: DraftPage, settings: Any
) -> None:
    settings.ATTACHMENTS_PER_SUBMISSION = 1
    first, second = submit(draft, "Uno", "Dos").comments.order_by("sort_order")
    answers = []
    for comment in (first, second):
        file = SimpleUploadedFile("uno.pdf", pdf(), "application/pdf")
        data = typed(comment, token=f"t{comment.pk}", **{"comment-0-attachments": file})
        answers.append(client.post(address(comment, "en"), data))
    assert [answer.status_code for answer in answers] == [303, 422]
    assert "as many files as fit here" in answers[1].content.decode()
    assert Attachment.objects.get().comment == first


def test_changes_from_one_network_are_limited(
    client: Client, comment: Comment, settings: Any
) -> None:
    settings.EDITS_PER_HOUR = 1
    assert client.post(address(comment), typed(comment)).status_code == 303
    comment.refresh_from_db()
    data = typed(comment, **{"comment-0-body": "Una tercera vez."})
    refused = client.post(address(comment, "en"), data)
    assert refused.status_code == 429
    assert "this change was not saved yet" in refused.content.decode()
    assert "Una tercera vez." in refused.content.decode()
    comment.refresh_from_db()
    assert comment.edition == 2
    settings.EDITS_PER_HOUR = 0
    assert client.post(address(comment), data).status_code == 303


def test_a_comment_has_only_so_many_editions(
    client: Client, comment: Comment, settings: Any
) -> None:
    settings.EDITIONS_PER_COMMENT = 2
    client.post(address(comment), typed(comment))
    comment.refresh_from_db()
    late = typed(comment, **{"comment-0-body": "Una tercera vez."})
    refused = client.post(address(comment, "en"), late)
    assert refused.status_code == 409
    assert "cannot be changed once more" in refused.content.decode()
    assert "Una tercera vez." in refused.content.decode()
    page = client.get(address(comment, "en")).content.decode()
    assert "cannot be changed once more" in page
    assert 'name="comment-0-body"' not in page
    settings.EDITIONS_PER_COMMENT = 0
    assert client.post(address(comment), late).status_code == 303


def test_a_change_brings_the_proof_where_it_is_asked_for(
    client: Client, comment: Comment, settings: Any
) -> None:
    settings.ALTCHA = 1_000
    answered = question_in(client.get(address(comment, "en")))
    refused = client.post(address(comment, "en"), typed(comment))
    assert refused.status_code == 422
    assert [error.anchor for error in refused.context["errors"]] == ["id_answer"]
    assert "Sesenta horas tampoco bastan." in refused.content.decode()
    assert client.post(address(comment), typed(comment, **answered)).status_code == 303
    comment.refresh_from_db()
    assert client.post(address(comment), typed(comment, **answered)).status_code == 422


def test_who_writes_markup_reads_it_as_text(client: Client, comment: Comment) -> None:
    client.post(address(comment), typed(comment, **{"comment-0-body": "<script>x</script>"}))
    html = client.get(f"/es/receipt/{comment.submission.receipt}/").content.decode()
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


def test_what_was_withheld_does_not_come_back_unread(group: WorkingGroupPage) -> None:
    """Else the same file, attached again, would be public at once where that is the policy."""
    draft = make_draft(group, "vivo", moderation="after")
    comment = comment_on(draft, "Con un archivo")
    Attachment.objects.create(
        submission=comment.submission,
        comment=comment,
        file="aa/x",
        name="x.pdf",
        content_type="application/pdf",
        size=1,
        digest="0" * 64,
        stored_at=timezone.now(),
        withheld=True,
    )
    changed = edit_comment(comment.pk, NewComment(body="Otra vez"), seen=1, now=timezone.now())
    assert changed.status == Status.PENDING


def test_a_clerk_does_not_write_over_what_its_author_wrote(draft: DraftPage, chair: User) -> None:
    comment = comment_on(draft, "De un formulario", keyed_by=chair)
    edit_comment(comment.pk, NewComment(body="De mi mano"), seen=1, now=timezone.now())
    with pytest.raises(ChangeRefused):
        edit_comment(
            comment.pk, NewComment(body="Encima"), seen=2, now=timezone.now(), keyed_by=chair
        )
    assert Comment.objects.get().body == "De mi mano"


def test_a_file_that_is_gone_is_said_and_nothing_is_sent(draft: DraftPage) -> None:
    comment = comment_on(draft, "Uno")
    gone = HeldFile(pk=999, form="x", place=0)
    with pytest.raises(ChangeRefused):
        edit_comment(comment.pk, NewComment(body="Dos", files=[gone]), seen=1, now=timezone.now())
    assert Comment.objects.get().edition == 1


def test_what_a_chair_refused_once_is_read_again_though_it_was_published_since(
    client: Client, draft: DraftPage, chair: User
) -> None:
    draft.moderation = "after"
    draft.save_revision().publish()
    trusted = comment_on(draft, "Cuarenta horas no bastan.")
    page = client.get(address(trusted, "en")).content.decode()
    assert "published at once" in page
    client.post(address(trusted), typed(trusted))
    trusted.refresh_from_db()
    assert (trusted.status, trusted.edition) == ("published", 2)
    refused = comment_on(draft, "Insulto.")
    decide({refused.pk: "published"}, "rejected", by=chair, reason_code="abuse")
    refused.refresh_from_db()
    client.post(address(refused), typed(refused, **{"comment-0-body": "Inofensivo."}))
    decide({refused.pk: "pending.2"}, "published", by=chair)
    drain()
    refused.refresh_from_db()
    page = client.get(address(refused, "en")).content.decode()
    assert "A co-chair reads what you change" in page
    client.post(address(refused), typed(refused, **{"comment-0-body": "Insultísimo."}))
    refused.refresh_from_db()
    assert (refused.status, refused.edition) == ("pending", 3)
    assert client.get(f"/es/comments/{refused.pk}/").status_code == 404
    # The index is told to forget what it showed of it.
    drain()
    for words in ("inofensivo", "insultísimo"):
        assert client.get("/api/v1/search", {"q": words}).json()["total"] == 0, words
