"""What keeps machines busy and costs people little; and that a page elsewhere sends nothing here."""

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from altcha import solve_challenge_v1
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from consult.submissions.models import Attachment, Submission
from consult.submissions.submission_form import SubmissionForm
from tests.submissions import files
from tests.submissions.files import held_in, upload
from tests.submissions.test_take_part import address, errors_of, filled_in
from working_groups.models import DraftPage

FIGURES = {
    word: str(figure)
    for figure, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
}


def token_in(response: Any) -> str:
    field = BeautifulSoup(response.content, "html.parser").select_one("main [name=token]")
    assert field
    return str(field["value"])


def challenge_in(response: Any) -> dict[str, Any]:
    proof = BeautifulSoup(response.content, "html.parser").select_one("[data-challenge]")
    assert proof
    return json.loads(str(proof["data-challenge"]))


def question_in(response: Any) -> dict[str, str]:
    """The question of the page and its answer, as a person gives it who reads English."""
    page = BeautifulSoup(response.content, "html.parser")
    label, question = page.select_one("label[for=id_answer]"), page.select_one("[name=question]")
    assert label
    assert question
    words = label.get_text().partition(":")[2].split(",")
    answer = "".join(FIGURES[word.strip()] for word in words)
    return {"question": str(question["value"]), "answer": answer}


def solved(challenge: dict[str, Any]) -> str:
    """What a browser makes of a challenge; see static/consult/proof.js."""
    found = solve_challenge_v1(
        challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxNumber"]
    )
    assert found
    payload = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps(payload | {"number": found.number}).encode()).decode()


def test_a_form_sent_at_once_is_asked_for_again(client: Client, draft: DraftPage, settings) -> None:
    settings.FORM_MIN_SECONDS = 3
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        token = token_in(client.get(address(draft, "en")))
        refused = client.post(address(draft, "en"), filled_in(draft, token=token))
    assert refused.status_code == 422
    assert "within a few seconds" in errors_of(refused)[0]
    assert "Cuarenta horas no bastan." in refused.content.decode()
    assert not Submission.objects.exists()
    with time_machine.travel(now + timedelta(seconds=4), tick=False):
        again = client.post(address(draft, "en"), filled_in(draft, token=token_in(refused)))
    assert again.status_code == 303


def test_a_time_that_was_made_up_does_not_help(client: Client, draft: DraftPage, settings) -> None:
    settings.FORM_MIN_SECONDS = 3
    value, _moment, signature = token_in(client.get(address(draft))).split(":")
    for token in (f"{value}:1abcde:{signature}", "mine", ""):
        refused = client.post(address(draft), filled_in(draft, token=token))
        assert refused.status_code == 422
        # The next try comes from a form of ours.
        assert token_in(refused) != token


def test_a_form_that_was_open_for_days_is_renewed(client: Client, draft: DraftPage) -> None:
    data = filled_in(draft, token=token_in(client.get(address(draft, "en"))))
    held = {"comment-0-attachments": upload(files.pdf(), "a.pdf")}
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
        refused = client.post(address(draft, "en"), data | held)
        assert refused.status_code == 422
        assert "more than two days" in errors_of(refused)[0]
        assert "Cuarenta horas no bastan." in refused.content.decode()
        renewed = data | {"token": token_in(refused)} | held_in(refused)
        assert client.post(address(draft), renewed).status_code == 303
    # What was attached has come along.
    assert Attachment.objects.get().name == "a.pdf"


def test_a_form_that_was_received_gives_its_receipt_whatever_its_age(
    client: Client, draft: DraftPage
) -> None:
    data = filled_in(draft, token=token_in(client.get(address(draft))))
    first = client.post(address(draft), data)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        again = client.post(address(draft), data)
    assert again["Location"] == first["Location"]
    assert Submission.objects.count() == 1


def test_one_form_brings_only_so_many_submissions(
    client: Client, draft: DraftPage, settings: Any
) -> None:
    settings.FORM_TOKEN_USES = 3
    token = token_in(client.get(address(draft, "en")))
    forms = [filled_in(draft, token=token, **{"comment-0-body": f"Número {n}"}) for n in range(4)]
    answers = [client.post(address(draft, "en"), data) for data in forms]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 422]
    assert "from this same form" in errors_of(answers[3])[0]
    assert "Número 3" in answers[3].content.decode()
    # Those that were received have their receipts as before.
    for data, answer in zip(forms[:3], answers, strict=False):
        assert client.post(address(draft, "en"), data)["Location"] == answer["Location"]
    renewed = forms[3] | {"token": token_in(answers[3])}
    assert client.post(address(draft), renewed).status_code == 303


def test_the_same_form_received_meanwhile_is_no_further_use(
    client: Client, draft: DraftPage, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were on their way at once: the second did not find the first, and came after it."""
    settings.FORM_TOKEN_USES = 1
    data = filled_in(draft, token=token_in(client.get(address(draft))))
    first = client.post(address(draft), data)
    fingerprint = Submission.objects.get().form_token
    Submission.objects.update(form_token="not there yet")
    comments_of = SubmissionForm.new_comments

    def meanwhile(form: SubmissionForm) -> Any:
        Submission.objects.update(form_token=fingerprint)
        return comments_of(form)

    monkeypatch.setattr(SubmissionForm, "new_comments", meanwhile)
    again = client.post(address(draft), data)
    assert again.status_code == 303
    assert again["Location"] == first["Location"]


def test_a_draft_takes_in_only_so_many_from_everybody(
    client: Client, draft: DraftPage, settings: Any
) -> None:
    settings.SUBMISSIONS_PER_DRAFT_BURST = settings.SUBMISSIONS_PER_DRAFT_PER_HOUR = 2
    answers = [
        client.post(
            address(draft, "en"), filled_in(draft, token=f"t{n}"), REMOTE_ADDR=f"192.0.2.{n}"
        )
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "Cuarenta horas no bastan." in answers[2].content.decode()
    settings.SUBMISSIONS_PER_DRAFT_BURST = 0
    assert client.post(address(draft), filled_in(draft, token="t3")).status_code == 303


def test_no_proof_is_asked_for_unless_it_is_switched_on(client: Client, draft: DraftPage) -> None:
    assert "proof" not in client.get(address(draft)).content.decode()


@pytest.fixture
def guarded(settings: Any) -> None:
    settings.ALTCHA = 1_000


@pytest.mark.usefixtures("guarded")
def test_a_browser_that_worked_is_let_in_once(client: Client, draft: DraftPage) -> None:
    shown = client.get(address(draft))
    proof = {"altcha": solved(challenge_in(shown))}
    assert client.post(address(draft), filled_in(draft)).status_code == 422
    assert client.post(address(draft), filled_in(draft, **proof)).status_code == 303
    # The same form again is the same submission; another with the same proof is refused.
    assert client.post(address(draft), filled_in(draft, **proof)).status_code == 303
    second = client.post(address(draft), filled_in(draft, token="two", **proof))
    assert second.status_code == 422
    assert "Cuarenta horas no bastan." in second.content.decode()
    assert challenge_in(second) != challenge_in(shown)
    assert Submission.objects.count() == 1


@pytest.mark.usefixtures("guarded")
def test_a_person_without_script_answers_a_question_once(client: Client, draft: DraftPage) -> None:
    shown = client.get(address(draft, "en"))
    answered = question_in(shown)
    wrong = answered | {"answer": "0000"}
    refused = client.post(address(draft, "en"), filled_in(draft, **wrong))
    assert [error.anchor for error in refused.context["errors"]] == ["id_answer"]
    spaced = answered | {"answer": " ".join(answered["answer"])}
    assert client.post(address(draft), filled_in(draft, **spaced)).status_code == 303
    assert client.post(address(draft), filled_in(draft, token="two", **answered)).status_code == 422


@pytest.mark.usefixtures("guarded")
def test_proofs_grow_old_and_are_not_made_up(client: Client, draft: DraftPage, settings) -> None:
    shown = client.get(address(draft, "en"))
    worked, answered = {"altcha": solved(challenge_in(shown))}, question_in(shown)
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        for proof in (worked, answered):
            assert client.post(address(draft), filled_in(draft, **proof)).status_code == 422
    easy = {"algorithm": "SHA-256", "challenge": "0", "number": 0, "salt": "a", "signature": "x"}
    for made_up in (easy, {}, [], "x", {**easy, "salt": 1}, {**easy, "algorithm": []}):
        payload = base64.b64encode(json.dumps(made_up).encode()).decode()
        refused = client.post(address(draft), filled_in(draft, altcha=payload))
        assert refused.status_code == 422
    for question in ("", "a.b", answered["question"][:-1], "\x00"):
        data = filled_in(draft, question=question, answer=answered["answer"])
        assert client.post(address(draft), data).status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.usefixtures("guarded")
def test_the_page_to_check_asks_for_the_proof(client: Client, draft: DraftPage) -> None:
    data = filled_in(draft, block=["0", "1"], **{"comment-1-body": "Y además, esto."})
    shown = client.post(address(draft), data)
    proof = {"altcha": solved(challenge_in(shown))}
    sent = client.post(address(draft), data | {"confirmed": "1"} | proof)
    assert sent.status_code == 303


def test_a_page_elsewhere_sends_nothing_in_anybodys_name(draft: DraftPage) -> None:
    careful = Client(enforce_csrf_checks=True)
    refused = careful.post(address(draft), filled_in(draft))
    assert refused.status_code == 403
    assert "<h1>" in refused.content.decode()
    assert not Submission.objects.exists()
    shown = careful.get(address(draft)).content.decode()
    found = re.search('name="csrfmiddlewaretoken" value="([^"]*)"', shown)
    assert found
    # Somebody else's token is none.
    data = filled_in(draft, csrfmiddlewaretoken=found[1])
    assert Client(enforce_csrf_checks=True).post(address(draft), data).status_code == 403
    assert careful.post(address(draft), data).status_code == 303


def test_taking_part_needs_no_session(client: Client, draft: DraftPage) -> None:
    receipt = client.post(address(draft), filled_in(draft))["Location"]
    client.get(receipt)
    assert "sessionid" not in client.cookies


def test_a_session_that_somebody_else_planted_is_not_taken_over(
    client: Client, chair: User
) -> None:
    """Session fixation: who signs in has another key than the one that came along."""
    planted = Client()
    session = planted.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    client.post("/admin/login/", {"username": chair.username, "password": "consulta-demo"})
    assert client.get("/admin/").status_code == 200
    assert client.cookies["sessionid"].value != session.session_key
    planted.cookies["sessionid"] = session.session_key
    assert planted.get("/admin/").status_code == 302
