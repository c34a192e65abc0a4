"""Subscribing, confirming, hearing of news, and ending it with one click."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from consult.moderation.actions import decide
from consult.notices.models import Subscription
from consult.responses.models import SummaryPage
from consult.themes.models import Theme
from tests.factories import make_draft, make_user, submit
from working_groups.models import DraftPage, WorkingGroupPage

EMAIL = "lectora@example.org"


def work() -> list[Any]:
    """The mails to subscribers that a worker sends now."""
    mail.outbox.clear()
    call_command("worker", "--once")
    return [message for message in mail.outbox if "chair" not in message.to[0]]


def later(**delta: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta))


def ask(client: Client, address: str, email: str = EMAIL, frequency: str = "at_once") -> Any:
    return client.post(address, {"email": email, "frequency": frequency})


def token_in(message: Any) -> str:
    found = re.search(r"/subscriptions/([\w-]+)/", message.body)
    assert found
    return found.group(1)


def subscribe(client: Client, address: str, email: str = EMAIL, frequency: str = "at_once") -> str:
    """A confirmed subscription's token, got as a person gets it."""
    ask(client, address, email, frequency)
    token = token_in(work()[-1])
    client.post(f"{address[:3]}/subscriptions/{token}/confirm/")
    return token


DRAFT = "/es/groups/ia-trabajo/formacion/subscribe/"


def publish_again(draft: DraftPage, words: str) -> None:
    page = DraftPage.objects.get(pk=draft.pk)
    section = page.sections.all()[0]
    section.body_es = f"<p>{words}</p>"
    page.sections = [section, *page.sections.all()[1:]]
    page.change_note_es = "Más claro."
    page.change_note_en = "Clearer."
    page.save_revision().publish()


def test_nothing_comes_before_the_link_was_followed_and_the_button_pressed(
    client: Client, draft: DraftPage
) -> None:
    work()
    response = ask(client, DRAFT)
    assert EMAIL in response.content.decode()
    (message,) = work()
    assert message.to == [EMAIL]
    address = f"/es/subscriptions/{token_in(message)}/"
    # A mail scanner opens the link.
    assert client.get(address).status_code == 200
    assert client.get(f"{address}end/").status_code == 200
    assert client.get(f"{address}confirm/").status_code == 405
    publish_again(draft, "Otra cosa.")
    assert work() == []
    client.post(f"{address}confirm/")
    publish_again(draft, "Y otra más.")
    (message,) = work()
    assert message.to == [EMAIL]
    assert message.subject == "Versión 3 de un borrador: Borrador formacion"
    assert "/es/groups/ia-trabajo/formacion/versions/2...3/" in message.body
    assert work() == []


def test_the_answer_tells_nobody_whether_an_address_is_known(
    client: Client, draft: DraftPage
) -> None:
    subscribe(client, DRAFT)
    typed = "LECTORA@example.org"
    known, unknown = (ask(client, DRAFT, email) for email in (typed, "x@example.org"))
    assert known.content.decode().replace(typed, "x@example.org") == unknown.content.decode()
    first, second = sorted(work(), key=lambda message: message.to)
    assert first.to == [EMAIL]
    assert first.subject == "Ya tiene esta suscripción: Borrador formacion"
    assert second.subject == "Confirme su suscripción: Borrador formacion"


def test_an_address_is_not_flooded(client: Client, draft: DraftPage, settings: Any) -> None:
    settings.LETTERS_ASKED_PER_HOUR = 2
    answers = {ask(client, DRAFT).status_code for _turn in range(5)}
    assert (answers, len(work())) == ({200}, 2)
    settings.SUBSCRIPTIONS_PER_HOUR = 1
    ask(client, DRAFT)
    response = ask(client, DRAFT, "otra@example.org")
    assert response.status_code == 429
    assert "otra@example.org" in response.content.decode()


@pytest.mark.parametrize(
    "email",
    ["", "nadie", "a@b\nBcc: c@example.org", "a@example.org, b@example.org", "a@example.org\x00"],
)
def test_what_is_no_address_is_said_and_kept(client: Client, draft: DraftPage, email: str) -> None:
    response = client.post(DRAFT, {"email": email, "frequency": "often"})
    assert response.status_code == 422
    assert not Subscription.objects.exists()
    assert 'id="errors"' in response.content.decode()


def test_one_click_ends_it_without_cookie_or_redirect_and_erases_the_address(
    client: Client, draft: DraftPage
) -> None:
    subscribe(client, DRAFT)
    publish_again(draft, "Otra cosa.")
    (message,) = work()
    headers = message.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    publish_again(draft, "Todavía otra.")
    mailer = Client(enforce_csrf_checks=True)
    response = mailer.post(address, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    subscription = Subscription.objects.get()
    assert subscription.ended_at
    assert subscription.email == ""
    assert work() == []
    assert mailer.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    # And again from the beginning.
    subscribe(client, DRAFT)


def test_who_subscribed_twice_over_hears_once_and_others_drafts_are_theirs(
    client: Client, draft: DraftPage, other_draft: DraftPage, group: WorkingGroupPage
) -> None:
    theme = Theme.objects.get(slug="equity")
    draft.themes.add(theme)
    draft.save()
    for address in (DRAFT, "/es/groups/ia-trabajo/subscribe/", "/es/themes/equity/subscribe/"):
        subscribe(client, address)
    subscribe(client, "/en/themes/equity/subscribe/", "reader@example.org")
    work()
    publish_again(draft, "Otra cosa.")
    publish_again(other_draft, "Otra cosa.")
    spanish, english = sorted(work(), key=lambda message: message.to)
    assert (spanish.to, english.to) == ([EMAIL], ["reader@example.org"])
    assert english.subject == "Version 2 of a draft: Draft formacion"
    assert "http://testserver/en/groups/ia-trabajo/formacion/" in english.body


def test_a_consultation_opens_and_closes_soon(client: Client, group: WorkingGroupPage) -> None:
    now = timezone.now()
    make_draft(group, "nuevo", opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=11))
    subscribe(client, "/es/groups/ia-trabajo/nuevo/subscribe/")
    assert work() == []
    with later(days=1, minutes=1):
        (message,) = work()
        assert message.subject == "Abierto a comentarios: Borrador nuevo"
        assert work() == []
    with later(days=8, minutes=1):
        (message,) = work()
        assert message.subject.startswith("Comentarios hasta el ")
        assert "http://testserver/es/groups/ia-trabajo/nuevo/take-part/" in message.body
        assert work() == []


def test_who_took_part_and_who_subscribed_hear_of_the_answer_once(
    client: Client, draft: DraftPage
) -> None:
    for turn in range(3):
        submit(
            draft,
            f"Idea {turn}.",
            respondent={"email": "ana@example.org", "voluntary_accepted_at": timezone.now()},
        )
    silent = submit(
        draft,
        "Idea.",
        respondent={"email": "callada@example.org", "voluntary_accepted_at": timezone.now()},
    )
    submit(draft, "Sólo el acuse.", respondent={"email": "acuse@example.org"})
    work()
    for email in (EMAIL, "ana@example.org"):
        subscribe(client, DRAFT, email)
    assert (
        Client(enforce_csrf_checks=True)
        .post(f"/es/receipt/{silent.receipt}/letters/", {"List-Unsubscribe": "One-Click"})
        .status_code
        == 200
    )
    work()
    page = SummaryPage(heading_es="Síntesis", heading_en="Summary", body_es="<p>Dicho.</p>")
    draft.add_child(instance=page)
    page.save_revision().publish()
    page.save_revision().publish()
    messages = work()
    assert sorted(message.to[0] for message in messages) == ["ana@example.org", EMAIL]
    assert {message.subject for message in messages} == {
        "La mesa de trabajo respondió: Borrador formacion"
    }
    assert all("/formacion/summary/" in message.body for message in messages)
    assert work() == []


def test_an_answer_to_many_is_told_in_batches_and_to_each_once(
    client: Client, draft: DraftPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consult.notices.telling.RECIPIENTS", 2)
    now = timezone.now()
    for turn in range(5):
        email = {"email": f"p{turn}@example.org", "voluntary_accepted_at": now}
        submit(draft, f"Idea {turn}.", respondent=email)
    work()
    page = SummaryPage(heading_es="Síntesis", heading_en="Summary")
    draft.add_child(instance=page)
    assert sorted(m.to[0] for m in work()) == [f"p{turn}@example.org" for turn in range(5)]


def test_a_week_is_told_in_one_letter_and_a_quiet_one_in_none(
    client: Client, draft: DraftPage
) -> None:
    chair = make_user("chair9", draft.group.chairs)
    subscribe(client, DRAFT, frequency="weekly")
    publish_again(draft, "Otra cosa.")
    for turn in range(3):
        comment = submit(draft, f"Idea {turn}.").comments.get()
        if turn:
            decide({comment.pk: "pending"}, "published", by=chair)
    assert work() == []
    with later(days=6):
        assert work() == []
    with later(days=7, minutes=1):
        (message,) = work()
        assert work() == []
    assert message.subject == "La semana: Borrador formacion"
    assert "La mesa de trabajo publicó la versión 2." in message.body
    assert "Se publicaron 2 comentarios nuevos." in message.body
    assert message.extra_headers["List-Unsubscribe-Post"]
    with later(days=15):
        assert work() == []


def test_what_nobody_confirms_is_erased(client: Client, draft: DraftPage, settings: Any) -> None:
    ask(client, DRAFT)
    work()
    with later(days=settings.UNCONFIRMED_DAYS + 2):
        work()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "address", ["/es/groups/ia-trabajo/formacion/", "/es/groups/ia-trabajo/", "/es/themes/equity/"]
)
def test_the_pages_lead_to_it(client: Client, draft: DraftPage, address: str) -> None:
    assert f'href="{address}subscribe/"' in client.get(address).content.decode()
    assert client.get(f"{address}subscribe/").status_code == 200


def test_there_is_none_of_what_is_not_public(client: Client, draft: DraftPage) -> None:
    draft.unpublish()
    assert client.get(DRAFT).status_code == 404
    assert client.get("/es/groups/nada/subscribe/").status_code == 404
    assert client.get("/es/themes/nada/subscribe/").status_code == 404
