"""From what happens to the mail that says so: each letter once, in its reader's language."""

import re
import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from consult.moderation.actions import decide
from consult.notices.models import Letter, Notice
from consult.submissions.data_requests import answer
from consult.submissions.models import DataRequest, Submission
from consult.submissions.signals import receipts_asked_for
from tests.factories import submit
from working_groups.models import DraftPage

EMAIL = "ana@example.org"


def send(draft: DraftPage, *bodies: str, email: str = EMAIL, **options: Any) -> Submission:
    respondent = {"email": email, "voluntary_accepted_at": timezone.now()}
    return submit(draft, *bodies, respondent=respondent, **options)


def work() -> list[Any]:
    """The mails that a worker sends now."""
    mail.outbox.clear()
    call_command("worker", "--once")
    # What the chairs get is another test's.
    return [message for message in mail.outbox if "chair" not in message.to[0]]


def html_of(message: Any) -> str:
    return message.alternatives[0][0]


def test_a_receipt_comes_once_with_code_address_and_counts(draft: DraftPage) -> None:
    submission = send(draft, "Faltan <b>maestras</b> & becas.\nY luz.", "Y agua.")
    (message,) = work()
    assert message.to == [EMAIL]
    assert message.subject == f"Su acuse {submission.receipt}: Borrador formacion"
    assert submission.receipt in message.body
    assert f"<http://testserver/es/receipt/{submission.receipt}/>" in message.body
    assert "- 2 comentarios" in message.body
    # Whoever typed the address has the site send no words of theirs there.
    assert "maestras" not in message.body + html_of(message)
    assert 'lang="es"' in html_of(message)
    assert work() == []


def test_a_letter_is_in_the_language_of_the_form(draft: DraftPage) -> None:
    submission = send(draft, "More teachers are needed here.", language="en")
    (message,) = work()
    assert message.subject == f"Your receipt {submission.receipt}: Draft formacion"
    assert f"<http://testserver/en/receipt/{submission.receipt}/>" in message.body
    assert 'lang="en"' in html_of(message)


def test_who_left_no_address_and_who_was_imported_gets_no_letter(draft: DraftPage) -> None:
    send(draft, "Sin correo.", email="")
    send(draft, "De un archivo.", channel="import")
    assert work() == []


def test_nothing_that_somebody_typed_becomes_a_header(draft: DraftPage) -> None:
    draft.heading_es = "Uno\r\nBcc: todos@example.org\x00\u2028dos" + " largo" * 60
    draft.heading_es = draft.heading_es[:255]
    DraftPage.objects.filter(pk=draft.pk).update(heading_es=draft.heading_es.replace("\x00", ""))
    send(draft, "Bien.")
    (message,) = work()
    assert message.recipients() == [EMAIL]
    assert len(message.subject) <= 150
    assert "\n" not in message.subject
    assert message.message()["Bcc"] is None


def test_decisions_are_told_together_after_a_while_the_last_on_each_comment(
    draft: DraftPage, chair: User, settings: Any
) -> None:
    submission = send(draft, "Primero.", "Segundo.", "Tercero.")
    work()
    first, second, _third = submission.comments.order_by("pk")
    decide({first.pk: "pending"}, "published", by=chair)
    decide({second.pk: "pending"}, "published", by=chair)
    second.refresh_from_db()
    decide(
        {second.pk: "published"}, "rejected", by=chair, reason_code="abuse", note="Con <respeto>."
    )
    assert work() == []
    with time_machine.travel(
        timezone.now() + timedelta(minutes=settings.DECISION_LETTER_MINUTES, seconds=1)
    ):
        (message,) = work()
        assert work() == []
    assert message.subject == "Decisiones sobre 2 de sus comentarios: Borrador formacion"
    assert f"Comentario {first.pk}" in message.body
    assert f"http://testserver/es/comments/{first.pk}/" in message.body
    assert f"http://testserver/es/comments/{second.pk}/" not in message.body
    assert "insultos o amenazas" in message.body
    assert "> Con <respeto>." in message.body
    assert "Con &lt;respeto&gt;." in html_of(message)


def test_the_receipts_of_an_address_come_in_one_letter_to_that_address_only(
    draft: DraftPage,
) -> None:
    mine = [send(draft, f"Uno {n}.") for n in range(2)]
    other = send(draft, "De otra persona.", email="otra@example.org")
    work()
    receipts_asked_for.send(sender=Submission, email="ANA@example.org", language="en")
    receipts_asked_for.send(sender=Submission, email="nadie@example.org", language="en")
    (message,) = work()
    assert message.to == [EMAIL]
    assert message.subject == "The 2 receipts you asked for"
    assert all(submission.receipt in message.body for submission in mine)
    assert other.receipt not in message.body
    assert not Notice.objects.exclude(recipient="").exists()


class Server(EmailBackend):
    """A mail server that says what a test wants it to, and notes what it took."""

    answers: list[Exception] = []
    away = False

    def open(self) -> None:
        if self.away:
            raise ConnectionRefusedError

    def send_messages(self, messages: Any) -> int:
        if self.answers:
            raise self.answers.pop(0)
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    settings.EMAIL_BACKEND = "tests.notices.test_letters.Server"
    monkeypatch.setattr(Server, "answers", [])
    monkeypatch.setattr(Server, "away", False)
    monkeypatch.setattr("tests.notices.test_letters.Server", Server, raising=False)
    return Server


def later(**delta: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta))


def test_a_letter_waits_for_a_server_that_is_away_and_goes_out_once(
    draft: DraftPage, server: type[Server]
) -> None:
    send(draft, "Hola.")
    server.away = True
    with pytest.raises(CommandError):
        call_command("worker", "--once")
    assert Letter.objects.get().attempts == 0
    server.away = False
    assert len(work()) == 1
    with later(days=3):
        assert work() == []


def test_a_letter_that_was_refused_for_now_is_tried_again_with_the_same_message_id(
    draft: DraftPage, server: type[Server], caplog: pytest.LogCaptureFixture
) -> None:
    send(draft, "Hola.")
    server.answers = [smtplib.SMTPRecipientsRefused({EMAIL: (450, b"later, ana@example.org")})]
    assert work() == []
    with later(minutes=3):
        (message,) = work()
    letter = Letter.objects.get()
    assert message.extra_headers["Message-ID"] == f"<letter-{letter.pk}@example.org>"
    assert letter.attempts == 2
    assert "refused for now" in caplog.text
    assert EMAIL not in caplog.text


def test_a_letter_that_was_refused_for_good_is_given_up(
    draft: DraftPage, server: type[Server]
) -> None:
    send(draft, "Hola.")
    server.answers = [smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such user")})]
    assert work() == []
    with later(days=5):
        assert work() == []
    assert Letter.objects.get().failed


def test_who_claims_a_letter_has_it_alone_until_its_next_try(draft: DraftPage) -> None:
    send(draft, "Hola.")
    from consult.notices import telling

    telling.tell()
    assert len(Letter.objects.claim(5)) == 1
    assert Letter.objects.claim(5) == []
    # The worker that had it was killed: nobody knows whether it went.
    with later(minutes=3):
        assert len(work()) == 1


def test_a_letter_that_went_out_a_while_ago_keeps_no_recipient_and_no_words(
    draft: DraftPage, settings: Any
) -> None:
    send(draft, "Hola.")
    work()
    assert Letter.objects.get().recipient == EMAIL
    with later(days=settings.LETTERS_KEPT_DAYS + 1):
        work()
    letter = Letter.objects.get()
    assert (letter.recipient, letter.subject, letter.text, letter.html) == ("", "", "", "")
    assert letter.done_at


def test_the_health_check_names_mail_that_waits(client: Client, draft: DraftPage) -> None:
    send(draft, "Hola.")
    assert "mail" not in client.get("/healthz").json()["failing"]
    with later(hours=1):
        response = client.get("/healthz")
        assert response.status_code == 503
        assert "mail" in response.json()["failing"]
        work()
        assert client.get("/healthz").status_code == 200


def test_html_and_plain_text_say_the_same_words(draft: DraftPage) -> None:
    submission = send(draft, "Una frase entera.", "Otra frase entera.")
    (message,) = work()
    words = re.sub(
        r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", " ", html_of(message), flags=re.DOTALL
    )
    for sentence in (submission.receipt, "2 comentarios", "Borrador formacion"):
        assert sentence in " ".join(words.split())
        assert sentence in message.body


def test_a_request_is_answered_by_mail_and_erasing_reaches_the_letters(
    draft: DraftPage, chair: User
) -> None:
    submission = send(draft, "Una frase que ya no debe estar.")
    work()
    send(draft, "De otra persona.", email="otra@example.org")
    request = DataRequest.objects.create(
        submission=submission, kind="cancel", language="en", made_at=timezone.now()
    )
    answer(request, words="It is gone.", by=chair, erase=True)
    assert EMAIL not in Letter.objects.values_list("recipient", flat=True)
    assert not Letter.objects.filter(text__contains="ya no debe").exists()
    request_letter, other = sorted(work(), key=lambda message: message.to)
    assert (request_letter.to, other.to) == ([EMAIL], ["otra@example.org"])
    assert request_letter.subject.startswith("Your request about your data was answered")
    assert "> It is gone." in request_letter.body
    assert not Notice.objects.exclude(recipient="").exists()
