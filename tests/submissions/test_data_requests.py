"""One's rights over one's own data: asked for with a receipt, answered by staff, both noted."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consult.submissions.models import DataRequest, Submission
from consult.submissions.receipts import new_receipt
from consult.submissions.signals import data_request_answered
from tests.factories import submit
from working_groups.models import DraftPage

HERE = "/en/data-rights/"
ABOUT = {"name": "Ana Ruiz", "email": "ana@example.org", "state": "Chihuahua"}


@pytest.fixture
def submission(draft: DraftPage) -> Submission:
    return submit(draft, "Faltan caminos.", respondent=ABOUT, status="published")


@pytest.fixture
def staff_client(client: Client, staff_user: User) -> Client:
    client = Client()
    client.force_login(staff_user)
    return client


def request_of(submission: Submission, kind: str = "cancel", words: str = "") -> DataRequest:
    response = Client().post(HERE, {"code": submission.receipt, "kind": kind, "words": words})
    assert response.status_code == 303
    return submission.data_requests.latest("pk")


def test_a_request_is_noted_and_its_deadline_shown(client: Client, submission) -> None:
    typed = submission.receipt.lower().replace("-", " ")
    with time_machine.travel("2026-12-01T12:00:00-06:00", tick=False):
        response = client.post(
            HERE, {"code": typed, "kind": "object", "words": "Mi <b>nombre</b>."}
        )
        assert response["Location"] == f"/en/receipt/{submission.receipt}/?said=asked#requests"
        html = client.get(response["Location"]).content.decode()
    assert "we answer by <time" in html
    assert "December 21, 2026" in html
    assert "Mi &lt;b&gt;nombre&lt;/b&gt;." in html
    asked = DataRequest.objects.get()
    assert (asked.submission, asked.kind, asked.language) == (submission, "object", "en")


def test_access_is_given_at_once(client: Client, submission: Submission) -> None:
    asked = request_of(submission, "access")
    assert asked.answered_at is not None
    response = client.get(f"/en/receipt/{submission.receipt}/data.json")
    assert "no-store" in response["Cache-Control"]
    assert "attachment" in response["Content-Disposition"]
    data = json.loads(response.content)
    assert data["email"] == "ana@example.org"
    assert data["name"] == "Ana Ruiz"
    (comment,) = data["comments"]
    assert comment["statements"][0]["words"]["body"] == "Faltan caminos."
    assert data["requests"][0]["kind"] == "access"


def test_sent_twice_it_is_noted_once(submission: Submission) -> None:
    assert request_of(submission) == request_of(submission)
    assert DataRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "anchor"),
    [
        ({"code": "AC-0000"}, "id_code"),
        ({"code": ""}, "id_code"),
        ({"kind": ""}, "id_kind_0"),
        ({"kind": "rectify"}, "id_words"),
        ({"words": "x" * 2_001}, "id_words"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_lost(client, submission, fields, anchor) -> None:
    response = client.post(HERE, {"code": submission.receipt, "kind": "cancel", **fields})
    assert response.status_code == 422
    assert {error.anchor for error in response.context["errors"]} == {anchor}
    assert not DataRequest.objects.exists()


def test_guessing_codes_is_limited(client: Client, db, settings) -> None:
    settings.RECEIPT_LOOKUPS_PER_HOUR = 2
    codes = [
        client.post(HERE, {"code": new_receipt(), "kind": "access"}).status_code for _ in range(3)
    ]
    assert codes == [422, 422, 429]


def test_staff_see_what_waits_and_answer(staff_client: Client, submission: Submission) -> None:
    asked = request_of(submission, "access", "¿Desde cuándo los guardan?")
    heard = []
    data_request_answered.connect(
        lambda request, **_: heard.append(request), weak=False, dispatch_uid="test"
    )
    DataRequest.objects.update(made_at=timezone.now() - timedelta(days=21))
    listed = staff_client.get(reverse("data_requests"))
    assert [row["late"] for row in listed.context["waiting"]] == [True]
    here = reverse("data_request", args=[asked.pk])
    page = staff_client.get(here).content.decode()
    assert "¿Desde cuándo los guardan?" in page
    # Who has the receipt may read and change what was sent; that is not staff's.
    assert submission.receipt not in page + listed.content.decode()
    assert staff_client.post(here, {"answer": " "}).status_code == 422
    assert staff_client.post(here, {"answer": "Quedó anotado."}).status_code == 302
    data_request_answered.disconnect(dispatch_uid="test")
    assert heard == [asked]
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by.username) == ("Quedó anotado.", "staff")
    receipt = Client().get(f"/es/receipt/{submission.receipt}/").content.decode()
    assert "Quedó anotado." in receipt
    late = staff_client.post(here, {"answer": "Otra cosa."})
    assert late.status_code == 409
    assert "Otra cosa." in late.content.decode()
    asked.refresh_from_db()
    assert asked.answer == "Quedó anotado."


def test_cancelling_erases_all_and_the_ledger_still_fits(
    staff_client: Client, client: Client, submission: Submission
) -> None:
    asked = request_of(submission)
    here = reverse("data_request", args=[asked.pk])
    number = submission.comments.get().pk
    assert staff_client.post(here, {"answer": "Se borró.", "erase": "on"}).status_code == 302
    assert client.get(f"/es/comments/{number}/").status_code == 404
    for name in ("", "text/", "data.json", "proof.json"):
        page = client.get(f"/es/receipt/{submission.receipt}/{name}")
        assert page.status_code == 200
        text = page.content.decode()
        for gone in ("Faltan caminos.", "Ana Ruiz", "Chihuahua", "ana@example.org"):
            assert gone not in text
    assert "Se borró." in client.get(f"/es/receipt/{submission.receipt}/").content.decode()
    call_command("verify_ledger")


def test_cancelling_without_the_mark_erases_nothing(staff_client, submission) -> None:
    here = reverse("data_request", args=[request_of(submission).pk])
    staff_client.post(here, {"answer": "No procede, porque…"})
    submission.refresh_from_db()
    assert submission.name == "Ana Ruiz"
    # Nor can another kind of request erase.
    here = reverse("data_request", args=[request_of(submission, "access", "Más").pk])
    staff_client.post(here, {"answer": "Aquí está.", "erase": "on"})
    submission.refresh_from_db()
    assert submission.erased_at is None


def test_chairs_do_not_get_there(submission: Submission, chair: User) -> None:
    here = reverse("data_request", args=[request_of(submission).pk])
    client = Client()
    client.force_login(chair)
    for address in (here, reverse("data_requests")):
        assert client.get(address).status_code in (302, 403)
        assert "Ana Ruiz" not in client.get(address, follow=True).content.decode()
    assert client.post(here, {"answer": "Yo", "erase": "on"}).status_code in (302, 403)
    submission.refresh_from_db()
    assert submission.name == "Ana Ruiz"
    assert "data-requests" not in client.get("/admin/").content.decode()


def test_staff_set_right_what_is_wrong_and_the_ledger_says_so(
    staff_client: Client, client: Client, submission: Submission
) -> None:
    asked = request_of(submission, "rectify", "Soy Ana Ruíz, con acento.")
    here = reverse("data_request", args=[asked.pk])
    form = staff_client.get(here).context["sender_form"]
    fields = {field.html_name: field.value() or "" for field in form}
    sent = fields | {"answer": "Corregido.", "sender-name": "Ana Ruíz", "sender-show_name": "on"}
    assert staff_client.post(here, sent).status_code == 302
    submission.refresh_from_db()
    assert (submission.name, submission.state, submission.show_name) == (
        "Ana Ruíz",
        "Chihuahua",
        True,
    )
    public = client.get(f"/es/comments/{submission.comments.get().pk}/").content.decode()
    assert "Ana Ruíz" in public
    assert submission.ledger_entries.filter(kind="corrected").count() == 1
    call_command("verify_ledger")
    Submission.objects.filter(pk=submission.pk).update(name="Otra")
    with pytest.raises(CommandError, match="was altered"):
        call_command("verify_ledger")


def test_access_that_is_asked_for_again_is_answered_once_a_day(submission: Submission) -> None:
    with time_machine.travel("2026-12-01T12:00:00-06:00", tick=False):
        first = request_of(submission, "access")
    with time_machine.travel("2026-12-02T11:59:00-06:00", tick=False):
        assert request_of(submission, "access") == first
    with time_machine.travel("2026-12-02T12:01:00-06:00", tick=False):
        assert request_of(submission, "access") != first
