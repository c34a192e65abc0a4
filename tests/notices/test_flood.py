"""Nobody's mailbox is filled by others who type its address into forms."""

from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from consult.submissions.data_requests import answer
from consult.submissions.models import DataRequest, Submission
from consult.submissions.signals import receipt_asked_for, receipts_asked_for
from tests.factories import submit
from working_groups.models import DraftPage

EMAIL = "ana@example.org"
SUBSCRIBE = "/es/groups/ia-trabajo/formacion/subscribe/"


@pytest.fixture(autouse=True)
def limited(settings: Any) -> None:
    settings.LETTERS_PER_RECIPIENT_PER_HOUR = 2
    settings.LETTERS_ASKED_PER_HOUR = 0


def work() -> list[str]:
    """Whom a worker writes to now."""
    mail.outbox.clear()
    call_command("worker", "--once")
    return [message.to[0] for message in mail.outbox if "chair" not in message.to[0]]


def sent(draft: DraftPage, email: str = EMAIL) -> Submission:
    return submit(draft, "Faltan caminos.", respondent={"email": email})


def test_one_mailbox_gets_a_few_however_it_is_written(draft: DraftPage, settings: Any) -> None:
    for email in (EMAIL, "Ana+uno@example.org", "ANA+dos@example.org", "otra@example.org"):
        sent(draft, email)
    assert len(work()) == 3
    settings.LETTERS_PER_RECIPIENT_PER_HOUR = 0
    for _turn in range(3):
        sent(draft)
    assert len(work()) == 3


def test_what_anybody_can_ask_for_counts_together(
    client: Client, draft: DraftPage, staff_user: Any
) -> None:
    submission = sent(draft)
    client.post(SUBSCRIBE, {"email": EMAIL, "frequency": "weekly"})
    assert work() == [EMAIL, EMAIL]
    receipt_asked_for.send(sender=Submission, submission=submission)
    receipts_asked_for.send(sender=Submission, email=EMAIL, language="es")
    request = DataRequest.objects.create(
        submission=submission, kind="object", language="es", made_at=timezone.now()
    )
    answer(request, "Quedó anotado.", by=staff_user)
    client.post("/es/themes/equity/subscribe/", {"email": EMAIL, "frequency": "weekly"})
    client.post("/es/groups/ia-trabajo/subscribe/", {"email": EMAIL, "frequency": "weekly"})
    assert work() == []
