"""Whose address it is: what only looks like somebody's is somebody else's."""

from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from consult.common.texts import same_address
from consult.notices.models import Subscription
from consult.submissions.models import Submission
from consult.submissions.signals import receipts_asked_for
from consult.submissions.views.data_requests import SenderForm
from tests.factories import submit
from tests.submissions.test_take_part import address, filled_in
from working_groups.models import DraftPage

DOTLESS = "v\u0131ctima@example.org"
KELVIN = "ana@\u212aiosco.mx"


@pytest.mark.parametrize("email", [DOTLESS, KELVIN, "ana@peña.mx", "josé@example.org"])
def test_an_address_of_other_letters_is_refused_in_every_form(
    client: Client, draft: DraftPage, email: str
) -> None:
    submission = submit(draft, "Faltan caminos.")
    for here, typed in (
        (address(draft, "en"), filled_in(draft, **{"you-email": email})),
        ("/en/receipt/forgotten/", {"email": email}),
        (f"/en/receipt/{submission.receipt}/mail/", {"email": email}),
        ("/en/groups/ia-trabajo/formacion/subscribe/", {"email": email, "frequency": "weekly"}),
    ):
        response = client.post(here, typed)
        assert response.status_code == 422, here
        page = response.content.decode()
        assert "only to addresses without accents or special letters" in page
        assert email in page
    assert not Submission.objects.exclude(email="").exists()
    assert not Subscription.objects.exists()
    assert "email" in SenderForm({"email": email}, instance=submission).errors


def test_the_domain_is_kept_in_lower_case(client: Client, draft: DraftPage) -> None:
    client.post(address(draft), filled_in(draft, **{"you-email": "Ana.Ruiz@Example.ORG"}))
    assert Submission.objects.get().email == "Ana.Ruiz@example.org"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana@example.org", "ana@example.org", True),
        ("victima@example.org", DOTLESS, False),
        ("ana@kiosco.mx", KELVIN, False),
        (KELVIN, KELVIN, True),
    ],
)
def test_what_a_database_may_take_for_the_same(one: str, other: str, same: bool) -> None:
    assert same_address(one, other) is same


def test_each_address_gets_its_own_receipts_and_no_others(draft: DraftPage) -> None:
    own: dict[str, list[Submission]] = {}
    for email in ("ana@example.org", "Ana@example.org", "ana@example.org"):
        sent = submit(draft, "Faltan caminos.", respondent={"email": email})
        own.setdefault(email, []).append(sent)
    call_command("worker", "--once")
    mail.outbox.clear()
    receipts_asked_for.send(sender=Submission, email="ANA@example.org", language="en")
    call_command("worker", "--once")
    letters: dict[str, Any] = {message.to[0]: message.body for message in mail.outbox}
    assert len(mail.outbox) == 2
    assert set(letters) == set(own)
    for email, body in letters.items():
        for whose, submissions in own.items():
            assert all((each.receipt in body) is (whose == email) for each in submissions)
