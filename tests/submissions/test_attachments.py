"""Files on their way: through the form, held while it is not sent, to those who may fetch them."""

import shutil
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consult.common.signals import daily
from consult.moderation.models import Reading
from consult.submissions.models import Attachment, Comment, HeldFile, Submission
from tests.factories import make_draft
from tests.submissions import files
from tests.submissions.files import held_in, upload
from tests.submissions.test_take_part import CONSENT, address, errors_of, filled_in
from working_groups.models import DraftPage


def stored(settings: Any) -> list[Path]:
    return [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def nothing_stored(settings: Any) -> None:
    shutil.rmtree(settings.PRIVATE_ROOT, ignore_errors=True)


@pytest.fixture
def sent(client: Client, draft: DraftPage) -> Attachment:
    data = filled_in(draft, **{"comment-0-attachments": upload(files.pdf(), "Año 1.pdf")})
    assert client.post(address(draft), data).status_code == 303
    return Attachment.objects.get()


def test_two_files_arrive_with_their_comment(client: Client, draft: DraftPage, settings) -> None:
    uploads = [upload(files.pdf(), "a.pdf"), upload(files.photograph(), "b.jpg")]
    client.post(address(draft), filled_in(draft, **{"comment-0-attachments": uploads}))
    comment = Comment.objects.get()
    assert [(file.name, file.content_type) for file in comment.attachments.all()] == [
        ("a.pdf", "application/pdf"),
        ("b.jpg", "image/jpeg"),
    ]
    digests = sorted(file.digest for file in comment.attachments.all())
    assert comment.statements.get().words["files"] == digests
    assert not HeldFile.objects.exists()
    paths = stored(settings)
    assert len(paths) == 2
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert "a.pdf" not in str(path)


def test_a_held_file_outlives_a_refusal_and_can_be_taken_out(
    client: Client, draft: DraftPage
) -> None:
    data = filled_in(draft)
    del data["you-privacy"]
    uploads = [upload(files.pdf(), "a.pdf"), upload(files.odt(), "b.odt")]
    refused = client.post(address(draft), data | {"comment-0-attachments": uploads})
    assert refused.status_code == 422
    first, second = held_in(refused)["comment-0-held"]
    more = client.post(address(draft), data | held_in(refused) | {"add": "1"})
    assert held_in(more) == held_in(refused)
    fewer = client.post(address(draft), data | held_in(more) | {"drop": first})
    assert held_in(fewer) == {"comment-0-held": [second]}
    client.post(address(draft), filled_in(draft, **held_in(fewer)))
    assert Attachment.objects.get().name == "b.odt"


def test_a_form_with_files_sent_twice_is_one(client: Client, draft: DraftPage) -> None:
    places = []
    for content in (files.pdf(), files.pdf(), files.pdf(b"otro")):
        data = filled_in(draft, **{"comment-0-attachments": upload(content, "a.pdf")})
        places.append(client.post(address(draft), data)["Location"])
    assert places[0] == places[1] != places[2]
    assert Submission.objects.count() == Attachment.objects.count() == 2


def test_files_of_another_form_cannot_be_claimed(client: Client, draft: DraftPage) -> None:
    held = client.post(
        address(draft),
        filled_in(draft, add="1", **{"comment-0-attachments": upload(files.pdf(), "a.pdf")}),
    )
    stolen = client.post(address(draft), filled_in(draft, token="other", **held_in(held)))
    assert stolen.status_code == 422
    assert "id_comment-0-attachments" in [e.anchor for e in stolen.context["errors"]]
    assert not Attachment.objects.exists()


def test_a_file_that_is_refused_loses_nothing_else(client: Client, draft: DraftPage) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    uploads = [upload(svg, "logo.png"), upload(files.pdf(), "a.pdf")]
    refused = client.post(
        address(draft, "en"), filled_in(draft, **{"comment-0-attachments": uploads})
    )
    assert refused.status_code == 422
    assert "logo.png" in errors_of(refused)[0]
    assert "Cuarenta horas no bastan." in refused.content.decode()
    assert len(held_in(refused)["comment-0-held"]) == 1


def test_a_file_alone_is_no_comment(client: Client, draft: DraftPage) -> None:
    data = {"comment-0-attachments": upload(files.pdf(), "a.pdf")}
    refused = client.post(address(draft), CONSENT | {"block": "0", "token": "one"} | data)
    assert refused.status_code == 422
    assert held_in(refused)
    assert not Submission.objects.exists()


def test_no_more_files_than_fit(client: Client, draft: DraftPage, settings: Any) -> None:
    settings.ATTACHMENTS_PER_COMMENT, settings.ATTACHMENTS_PER_SUBMISSION = 2, 3
    three = [upload(files.pdf(bytes([48 + n])), f"{n}.pdf") for n in range(3)]
    refused = client.post(address(draft), filled_in(draft, **{"comment-0-attachments": three}))
    assert refused.status_code == 422
    assert len(held_in(refused)["comment-0-held"]) == 2
    two = [upload(files.pdf(bytes([65 + n])), f"{n}.pdf") for n in range(2)]
    again = client.post(
        address(draft),
        filled_in(draft, block=["0", "1"], **held_in(refused), **{"comment-1-attachments": two}),
    )
    assert len(held_in(again)["comment-1-held"]) == 1


def test_zero_takes_no_files(client: Client, draft: DraftPage, settings: Any) -> None:
    settings.ATTACHMENTS_PER_COMMENT = 0
    assert 'type="file"' not in client.get(address(draft)).content.decode()
    data = filled_in(draft, **{"comment-0-attachments": upload(files.pdf(), "a.pdf")})
    assert client.post(address(draft), data).status_code == 422


def test_three_hundred_files_are_refused_in_words(client: Client, draft: DraftPage) -> None:
    many = [upload(b"x", f"{n}.pdf") for n in range(300)]
    refused = client.post(address(draft), filled_in(draft, **{"comment-0-attachments": many}))
    assert refused.status_code == 400
    assert "<h1>" in refused.content.decode()
    assert not HeldFile.objects.exists()


def test_a_request_too_large_is_refused_unread(client: Client, draft: DraftPage, settings) -> None:
    settings.FILES_MAX_BYTES = 1_000
    data = filled_in(draft, **{"comment-0-attachments": upload(files.pdf(b" " * 2_000), "a.pdf")})
    assert client.post(address(draft), data).status_code == 400


def test_uploads_from_one_network_are_limited(client: Client, draft: DraftPage, settings) -> None:
    settings.UPLOADS_PER_HOUR = 1
    codes = [
        client.post(
            address(draft),
            filled_in(draft, token=t, **{"comment-0-attachments": upload(files.pdf(), "a.pdf")}),
        ).status_code
        for t in ("one", "two")
    ]
    assert codes == [303, 429]
    assert client.post(address(draft), filled_in(draft, token="three")).status_code == 303


def test_each_file_counts_against_the_limit(client: Client, draft: DraftPage, settings) -> None:
    settings.UPLOADS_PER_HOUR = 3
    codes = [
        client.post(
            address(draft),
            filled_in(
                draft,
                token=token,
                add="1",
                **{
                    "comment-0-attachments": [
                        upload(files.pdf(), "a.pdf"),
                        upload(files.odt(), "b.odt"),
                    ]
                },
            ),
        ).status_code
        for token in ("one", "two")
    ]
    assert codes == [200, 429]
    assert HeldFile.objects.count() == 2


@pytest.mark.parametrize("pressed", [{}, {"add": "1"}])
def test_nothing_is_held_for_a_draft_that_is_closed(
    client: Client, draft: DraftPage, settings: Any, pressed: dict[str, str]
) -> None:
    closed = make_draft(draft.group, "closed", closes_at=timezone.now() - timedelta(hours=1))
    data = filled_in(closed, **pressed, **{"comment-0-attachments": upload(files.pdf(), "a.pdf")})
    late = client.post(address(closed), data)
    assert late.status_code == 409
    assert "Cuarenta horas no bastan." in late.content.decode()
    assert not HeldFile.objects.exists()
    assert not stored(settings)


def test_all_held_files_together_have_a_limit(client: Client, draft: DraftPage, settings) -> None:
    settings.HELD_MAX_BYTES = len(files.pdf()) + 10
    answers = [
        client.post(
            address(draft, "en"),
            filled_in(
                draft,
                token=token,
                add="1",
                **{"comment-0-attachments": upload(files.pdf(), f"{token}.pdf")},
            ),
        )
        for token in ("one", "two")
    ]
    assert "“two.pdf” was not taken" in errors_of(answers[1])[0]
    assert "Cuarenta horas no bastan." in answers[1].content.decode()
    assert HeldFile.objects.get().name == "one.pdf"
    # Who sends the form without it is not held up.
    assert client.post(address(draft), filled_in(draft, token="two")).status_code == 303
    settings.HELD_MAX_BYTES = 0
    data = filled_in(draft, **{"comment-0-attachments": upload(files.pdf(), "a.pdf")})
    assert client.post(address(draft), data).status_code == 303


def test_files_held_apart_are_not_more_when_they_are_sent_together(
    client: Client, draft: DraftPage, settings: Any
) -> None:
    settings.ATTACHMENTS_PER_COMMENT = 1
    named = []
    for name in ("a.pdf", "b.pdf"):
        data = filled_in(draft, add="1", **{"comment-0-attachments": upload(files.pdf(), name)})
        named += held_in(client.post(address(draft), data))["comment-0-held"]
    sent = client.post(address(draft, "en"), filled_in(draft, **{"comment-0-held": named}))
    assert sent.status_code == 422
    assert "“b.pdf” was not taken" in errors_of(sent)[0]


def test_a_public_file_is_a_download_that_runs_nothing(
    client: Client, draft: DraftPage, sent: Attachment
) -> None:
    place = f"/es/comments/{sent.comment_id}/files/{sent.pk}/"
    assert client.get(place).status_code == 404
    Comment.objects.update(status="published")
    for page in (
        f"/es/comments/{sent.comment_id}/",
        address(draft).replace("take-part", "comments"),
    ):
        assert f'href="{place}"' in client.get(page).content.decode()
    response = client.get(place)
    assert b"".join(response) == files.pdf()
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''A%C3%B1o%201.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]
    assert client.get(f"/es/comments/{sent.comment_id + 1}/files/{sent.pk}/").status_code == 404


@pytest.mark.parametrize(
    "fields", [{"withheld": True}, {"removed_at": timezone.now()}, {"erased_at": timezone.now()}]
)
def test_what_is_kept_from_the_public_is_not_there(
    client: Client, sent: Attachment, fields: dict[str, Any]
) -> None:
    Comment.objects.update(status="published")
    Attachment.objects.update(**fields)
    assert sent.name not in client.get(f"/es/comments/{sent.comment_id}/").content.decode()
    assert client.get(f"/es/comments/{sent.comment_id}/files/{sent.pk}/").status_code == 404


def test_a_file_is_public_only_where_its_draft_is(
    client: Client, draft: DraftPage, sent: Attachment
) -> None:
    Comment.objects.update(status="published")
    place = f"/es/comments/{sent.comment_id}/files/{sent.pk}/"
    assert client.get(place).status_code == 200
    kept_apart = PageViewRestriction.objects.create(page=draft, restriction_type="login")
    assert client.get(place).status_code == 404
    kept_apart.delete()
    draft.unpublish()
    assert client.get(place).status_code == 404


def test_who_holds_the_receipt_has_the_file(client: Client, sent: Attachment) -> None:
    Attachment.objects.update(withheld=True)
    place = f"/es/receipt/{sent.submission.receipt}/files/{sent.pk}/"
    assert client.get(place)["Content-Disposition"].startswith("attachment")
    other = "AC-7K3M-9Q2X-4TBN-5"
    assert client.get(f"/es/receipt/{other}/files/{sent.pk}/").status_code == 404


def test_a_chair_reads_a_file_of_their_own_group_only(
    client: Client, sent: Attachment, chair, other_chair, staff_user
) -> None:
    place = f"/admin/attachments/{sent.pk}/"
    assert client.get(place).status_code == 302
    for user, status in ((chair, 200), (other_chair, 404), (staff_user, 404)):
        client.force_login(user)
        assert client.get(place).status_code == status
    assert not Reading.objects.exists()
    Attachment.objects.update(withheld=True)
    client.force_login(chair)
    client.get(place)
    assert Reading.objects.get().read_by == chair


def test_what_nobody_sent_is_dropped_after_a_day(
    client: Client, draft: DraftPage, sent: Attachment, settings: Any
) -> None:
    client.post(
        address(draft),
        filled_in(
            draft, token="two", add="1", **{"comment-0-attachments": upload(files.pdf(), "a.pdf")}
        ),
    )
    assert len(stored(settings)) == 2
    daily.send(sender=None)
    assert HeldFile.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        daily.send(sender=None)
    assert not HeldFile.objects.exists()
    # What was sent stays.
    assert [path.read_bytes() for path in stored(settings)] == [files.pdf()]
