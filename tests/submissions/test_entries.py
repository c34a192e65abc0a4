"""A clerk keys in what came on paper, one form after another."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consult.moderation.models import Reading
from consult.pages.actions import CLERKS
from consult.submissions.enums import Channel, LedgerKind, Status
from consult.submissions.ledger import faults
from consult.submissions.models import Attachment, HeldFile, Submission
from tests.factories import comment_on, make_user

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def clerk(site):
    return make_user("clerk", Group.objects.get(name=CLERKS))


def screen(draft) -> str:
    return f"/admin/entries/{draft.pk}/"


def filled(draft, **changes) -> dict:
    """The form as a clerk fills it in, from one in which nothing is missing."""
    section = draft.current_version.sections.all()[0]
    typed = {
        "token": "a-token",
        "version": "1",
        "block": "0",
        "batch-channel": "event",
        "batch-event": "Taller de maquila",
        "batch-place": "Parral",
        "batch-day": timezone.localdate().isoformat(),
        "batch-hour": "",
        "batch-language": "es",
        "comment-0-section": str(section.uid),
        "comment-0-stance": "oppose",
        "comment-0-body": "No hay quien cuide a los niños en el horario del curso.",
        "you-respondent_kind": "person",
        "you-privacy": "on",
        "you-publication": "on",
    } | changes
    return {name: value for name, value in typed.items() if value is not None}


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_one_form_after_another(client, draft, clerk):
    client.force_login(clerk)
    assert f'href="{screen(draft)}"' in client.get("/admin/entries/").content.decode()
    response = client.post(screen(draft), filled(draft, next="1"), follow=True)
    submission = Submission.objects.get()
    assert submission.receipt in words(response)
    assert (submission.channel, submission.event) == (Channel.EVENT, "Taller de maquila, Parral")
    assert submission.keyed_by == clerk
    assert submission.privacy_accepted_at == submission.received_at
    comment = submission.comments.get()
    assert (comment.status, comment.stance) == (Status.PENDING, "oppose")
    assert comment.statements.get().keyed_by == clerk
    # The batch's facts are there for the next form, and the words are not.
    page = response.content.decode()
    assert 'value="Taller de maquila"' in page
    assert 'value="Parral"' in page
    assert "horario del curso" not in page
    # What the browser sends twice is one submission.
    client.post(screen(draft), filled(draft, next="1"))
    assert Submission.objects.count() == 1
    assert submission.receipt in words(client.get("/admin/entries/"))


def test_nothing_typed_is_lost_by_a_mistake(client, draft, clerk):
    client.force_login(clerk)
    scan = SimpleUploadedFile("hoja.pdf", PDF)
    wrong = filled(draft, scan=scan, **{"you-privacy": None, "batch-day": "", "next": "1"})
    response = client.post(screen(draft), wrong)
    assert response.status_code == 422
    assert "horario del curso" in response.content.decode()
    assert "hoja.pdf" in words(response)
    assert not Submission.objects.exists()
    client.post(screen(draft), filled(draft, next="1"))
    attachment = Submission.objects.get().attachments.get()
    assert (attachment.name, attachment.comment, attachment.is_public()) == (
        "hoja.pdf",
        None,
        False,
    )
    assert not HeldFile.objects.exists()


def test_a_scan_is_checked_by_its_content(client, draft, clerk):
    client.force_login(clerk)
    scan = SimpleUploadedFile("hoja.pdf", b"<svg onload=alert(1)>")
    response = client.post(screen(draft), filled(draft, scan=scan, next="1"))
    assert response.status_code == 422
    assert not Submission.objects.exists()
    assert not HeldFile.objects.exists()


def test_who_may_open_a_scan(client, draft, clerk, chair, other_chair, staff_user):
    client.force_login(clerk)
    scan = SimpleUploadedFile("hoja.pdf", PDF)
    client.post(screen(draft), filled(draft, scan=scan, next="1"))
    address = f"/admin/entries/scans/{Attachment.objects.get().pk}/"
    other_clerk = make_user("another", Group.objects.get(name=CLERKS))
    for user, may in (
        (clerk, True),
        (chair, True),
        (other_chair, False),
        (staff_user, False),
        (other_clerk, False),
    ):
        client.force_login(user)
        response = client.get(address)
        assert (response.status_code == 200) == may, user
        if may:
            assert response["Content-Disposition"].startswith("attachment")
            assert b"".join(response.streaming_content) == PDF
    client.logout()
    assert client.get(address).status_code == 302


def test_who_may_key_in(client, draft, other_draft, chair, other_chair, staff_user, clerk):
    plain = make_user("nobody")
    for user, own, others in (
        (clerk, True, True),
        (staff_user, True, True),
        (chair, True, False),
        (other_chair, False, True),
        (plain, False, False),
    ):
        client.force_login(user)
        assert (client.get(screen(draft)).status_code == 200) == own, user
        assert (client.get(screen(other_draft)).status_code == 200) == others, user
    client.force_login(other_chair)
    assert client.post(screen(draft), filled(draft, next="1")).status_code == 404
    assert not Submission.objects.exists()


def test_a_clerk_sees_nothing_else(client, draft, clerk):
    comment = comment_on(draft, "Un comentario que nadie ha revisado.")
    client.force_login(clerk)
    assert client.get("/admin/").status_code == 200
    assert client.get(f"/admin/comments/{comment.pk}/").status_code != 200
    assert client.get(f"/admin/entries/own/{comment.submission.receipt}/").status_code == 404


def test_paper_arrives_late(client, draft, clerk, settings):
    client.force_login(clerk)
    now = timezone.now()
    draft.opens_at, draft.closes_at = now - timedelta(days=30), now - timedelta(days=10)
    draft.save()
    settings.CLERK_GRACE_DAYS = 15
    in_time = timezone.localdate() - timedelta(days=12)
    too_late = timezone.localdate() - timedelta(days=5)
    response = client.post(
        screen(draft), filled(draft, next="1", **{"batch-day": too_late.isoformat()})
    )
    assert response.status_code == 422
    assert not Submission.objects.exists()
    client.post(screen(draft), filled(draft, next="1", **{"batch-day": in_time.isoformat()}))
    received = timezone.localtime(Submission.objects.get().received_at)
    assert (received.date(), received.hour) == (in_time, 12)
    settings.CLERK_GRACE_DAYS = 9
    assert client.get(screen(draft)).status_code == 404
    settings.CLERK_GRACE_DAYS = 0
    assert client.get(screen(draft)).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"batch-event": ""},
        {"batch-channel": "web"},
        {"batch-day": "2199-01-01"},
        {"batch-day": "nonsense"},
        {"comment-0-body": ""},
        {"comment-0-section": "no-such"},
    ],
)
def test_mistakes_are_said(client, draft, clerk, changes):
    client.force_login(clerk)
    response = client.post(screen(draft), filled(draft, next="1", **changes))
    assert response.status_code == 422
    assert 'class="entry-errors"' in response.content.decode()
    assert not Submission.objects.exists()


def test_several_comments_of_one_form(client, draft, clerk):
    client.force_login(clerk)
    page = client.post(screen(draft), filled(draft, add="1")).content.decode()
    assert 'name="comment-1-body"' in page
    assert "horario del curso" in page
    client.post(
        screen(draft),
        filled(draft, next="1", block=["0", "1"], **{"comment-1-body": "Falta transporte."}),
    )
    assert Submission.objects.get().comments.count() == 2


def test_a_mistake_is_corrected_until_it_is_reviewed(client, draft, clerk, chair):
    client.force_login(clerk)
    client.post(screen(draft), filled(draft, finish="1"))
    submission = Submission.objects.get()
    comment = submission.comments.get()
    address = f"/admin/entries/own/{submission.receipt}/"
    prefix = f"comment-{comment.pk}"
    correction = {
        "seen": "1",
        "correct": str(comment.pk),
        f"{prefix}-stance": "support_with_changes",
        f"{prefix}-body": "Hay quien cuide a los niños, pero no en el horario del curso.",
    }
    assert client.post(address, correction).status_code == 303
    comment.refresh_from_db()
    assert comment.body.startswith("Hay quien")
    assert comment.stance == "support_with_changes"
    assert comment.section is not None
    assert [s.keyed_by for s in comment.statements.all()] == [clerk, clerk]
    # The same screen in another window is told.
    assert client.post(address, correction).status_code == 409
    # Reviewed is reviewed.
    comment.status = Status.PUBLISHED
    comment.save()
    response = client.post(address, correction | {"seen": "2"})
    assert response.status_code == 409
    assert client.post(address, {"withdraw": "1"}).status_code == 409
    comment.refresh_from_db()
    assert comment.status == Status.PUBLISHED


def test_what_was_keyed_in_twice_is_withdrawn_and_stays_in_the_ledger(client, draft, clerk):
    client.force_login(clerk)
    client.post(screen(draft), filled(draft, finish="1"))
    submission = Submission.objects.get()
    client.post(f"/admin/entries/own/{submission.receipt}/", {"withdraw": "1"})
    assert submission.comments.get().status == Status.WITHDRAWN
    row = submission.ledger_entries.get(kind=LedgerKind.WITHDRAWN)
    assert row.content["clerk"] == clerk.pk
    assert list(faults()) == []


def test_nobody_corrects_what_another_keyed_in(client, draft, clerk, staff_user):
    client.force_login(clerk)
    client.post(screen(draft), filled(draft, finish="1"))
    submission = Submission.objects.get()
    client.force_login(staff_user)
    address = f"/admin/entries/own/{submission.receipt}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"withdraw": "1"}).status_code == 404


def test_an_account_under_which_something_was_keyed_in_is_kept(client, draft, clerk, admin_user):
    client.force_login(clerk)
    client.post(screen(draft), filled(draft, finish="1"))
    client.force_login(admin_user)
    client.post(f"/admin/users/{clerk.pk}/delete/")
    assert User.objects.filter(pk=clerk.pk).exists()


def test_a_chair_sees_where_it_came_from_and_the_form_itself(client, draft, clerk, chair):
    client.force_login(clerk)
    scan = SimpleUploadedFile("hoja.pdf", PDF)
    client.post(screen(draft), filled(draft, scan=scan, finish="1"))
    submission = Submission.objects.get()
    client.force_login(chair)
    page = client.get(f"/admin/comments/{submission.comments.get().pk}/").content.decode()
    assert "Taller de maquila, Parral" in page
    assert f"/admin/entries/scans/{submission.attachments.get().pk}/" in page


def test_a_scan_has_one_door_which_a_clerk_no_more_does_not_open(client, draft, clerk, chair):
    client.force_login(clerk)
    scan = SimpleUploadedFile("hoja.pdf", PDF)
    client.post(screen(draft), filled(draft, scan=scan, next="1"))
    number = Attachment.objects.get().pk
    address = f"/admin/entries/scans/{number}/"
    assert client.get(address).status_code == 200
    # Still in the administration, but for something else.
    clerk.groups.clear()
    clerk.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(clerk)
    assert client.get("/admin/").status_code == 200
    assert client.get(address).status_code == 404
    client.force_login(chair)
    assert client.get(f"/admin/attachments/{number}/").status_code == 404
    assert client.get(address).status_code == 200
    assert list(Reading.objects.values_list("read_by", flat=True)) == [clerk.pk, chair.pk]
