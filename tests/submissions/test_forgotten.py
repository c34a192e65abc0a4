"""A lost receipt: sent to the address it holds, and nobody learns whether there is one."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.submissions.models import Submission
from consult.submissions.signals import receipt_asked_for, receipts_asked_for
from tests.factories import submit
from working_groups.models import DraftPage

HERE = "/en/receipt/forgotten/"


@pytest.fixture
def asked() -> Iterator[list[tuple[str, str]]]:
    heard: list[tuple[str, str]] = []

    def hear(email: str, language: str, **_: object) -> None:
        heard.append((email, language))

    receipts_asked_for.connect(hear)
    yield heard
    receipts_asked_for.disconnect(hear)


@pytest.fixture
def known(draft: DraftPage) -> Submission:
    return submit(draft, "Faltan caminos.", respondent={"email": "ana@example.org"})


def plain(response) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_known_or_not_the_answer_and_the_work_are_the_same(
    client: Client, known: Submission, asked
) -> None:
    # The first of a network also begins its bucket.
    client.post(HERE, {"email": "otra@example.org"}, follow=True)
    asked.clear()
    seen = []
    for email in ("ana@example.org", "nadie@example.org"):
        with CaptureQueriesContext(connection) as queries:
            response = client.post(HERE, {"email": email}, follow=True)
        assert response.redirect_chain == [(f"{HERE}?asked=1", 303)]
        statements = [re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries]
        seen.append((plain(response), len(statements)))
        assert not any("submissions_submission" in sql for sql in statements)
    assert seen[0] == seen[1]
    assert asked == [("ana@example.org", "en"), ("nadie@example.org", "en")]


def test_one_address_is_written_to_a_few_times_and_the_answer_stays_the_same(
    client: Client, known: Submission, asked, settings
) -> None:
    settings.LETTERS_ASKED_PER_HOUR = 2
    answers = {
        plain(client.post(HERE, {"email": email}, follow=True))
        for email in ("ana@example.org", "ANA@example.org", "ana@Example.org", "ana@example.org")
    }
    assert len(answers) == 1
    assert len(asked) == 2


def test_one_network_asks_a_few_times(client: Client, db, asked, settings) -> None:
    settings.FORGOTTEN_RECEIPTS_PER_HOUR = 2
    codes = [client.post(HERE, {"email": f"a{n}@example.org"}).status_code for n in range(3)]
    assert codes == [303, 303, 429]
    assert len(asked) == 2


@pytest.mark.parametrize(
    "email", ["", "ana", "ana@example.org\nBcc: todos@example.org", "a\x00@b.mx"]
)
def test_what_is_no_address_is_said_and_kept(client: Client, db, asked, email: str) -> None:
    response = client.post(HERE, {"email": email})
    assert response.status_code == 422
    assert asked == []


def test_looking_up_a_code_tells_nothing_of_who_took_part(client: Client, known, db) -> None:
    html = client.get(f"/en/receipt/{known.receipt}/").content.decode()
    assert "ana@example.org" not in html
    assert "Send it to the e-mail you gave us" in html


def test_the_receipt_is_sent_to_the_address_it_holds_and_no_other(
    client: Client, known: Submission
) -> None:
    heard = []
    receipt_asked_for.connect(
        lambda submission, **_: heard.append(submission.email), weak=False, dispatch_uid="test"
    )
    here = f"/en/receipt/{known.receipt}/mail/"
    response = client.post(here, {"email": "otra@example.org"})
    receipt_asked_for.disconnect(dispatch_uid="test")
    assert response.status_code == 303
    assert heard == ["ana@example.org"]
    assert "on its way" in client.get(response["Location"]).content.decode()


def test_an_address_that_is_given_now_is_kept_privately(client: Client, draft: DraftPage) -> None:
    submission = submit(draft, "Faltan caminos.")
    here = f"/en/receipt/{submission.receipt}/mail/"
    assert client.post(here, {"email": "nada"}).status_code == 422
    assert client.post(here, {"email": "ana@example.org"}).status_code == 303
    submission.refresh_from_db()
    assert submission.email == "ana@example.org"
    assert (
        "ana@example.org" not in client.get(f"/en/receipt/{submission.receipt}/").content.decode()
    )


def test_the_receipt_too_is_sent_a_few_times_only(client: Client, known, settings) -> None:
    settings.LETTERS_ASKED_PER_HOUR = 1
    here = f"/en/receipt/{known.receipt}/mail/"
    assert [client.post(here).status_code for _ in range(2)] == [303, 429]
