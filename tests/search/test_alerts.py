"""Letters about what is new among the answers to a search."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consult.moderation.actions import decide
from consult.notices.models import Letter, Subscription
from consult.search import alerts
from consult.search.actions import drain, note, rebuild
from consult.search.engines.base import EngineUnavailable
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.enums import Kind
from consult.submissions.actions import change_status
from consult.submissions.enums import Status
from consult.themes.models import Theme
from tests.factories import comment_on

pytestmark = pytest.mark.django_db

EMAIL = "lectora@example.org"
SEARCH = "q=xil%C3%B3fono&type=comment"


def work() -> list[Any]:
    """The mails to subscribers that a worker sends now."""
    mail.outbox.clear()
    call_command("worker", "--once")
    return [message for message in mail.outbox if "chair" not in message.to[0]]


def later(**delta: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta))


def token_in(message: Any) -> str:
    found = re.search(r"/subscriptions/([\w-]+)/", message.body)
    assert found
    return found.group(1)


def ask(client: Client, query: str = SEARCH, language: str = "es", **typed: str) -> Any:
    typed = {"email": EMAIL, "frequency": "at_once", **typed}
    return client.post(f"/{language}/search/follow/?{query}", typed)


def follow(client: Client, query: str = SEARCH, language: str = "es", **typed: str) -> str:
    """A confirmed subscription's token, got as a person gets it."""
    ask(client, query, language, **typed)
    token = token_in(work()[-1])
    client.post(f"/{language}/subscriptions/{token}/confirm/")
    return token


def publish(draft: Any, words: str) -> Any:
    return comment_on(draft, words, status=Status.PUBLISHED)


def test_it_begins_with_the_button_in_the_letter_and_tells_what_is_new(client, draft):
    publish(draft, "Un xilófono que ya estaba.")
    work()
    form = client.get(f"/es/search/follow/?{SEARCH}&page=3&sort=newest").content.decode()
    assert "xilófono · Tipo: comentario" in form
    assert ask(client).status_code == 200
    (asked,) = work()
    assert asked.to == [EMAIL]
    assert asked.subject == "Confirme su suscripción: xilófono · Tipo: comentario"
    address = f"/es/subscriptions/{token_in(asked)}/"
    # A mail scanner opens links, and presses no button.
    for link in re.findall(r"http://testserver(/es/subscriptions/\S+?/)>", asked.body):
        client.get(link)
    assert work() == []
    client.post(f"{address}confirm/")
    found = publish(draft, "Un xilófono nuevo.")
    publish(draft, "Otra cosa.")
    (message,) = work()
    assert f"http://testserver/es/comments/{found.pk}/" in message.body
    assert message.body.count("/es/comments/") == 1
    assert f"http://testserver/es/search/?{SEARCH}&sort=newest" in message.body
    # Where it stands, and no word of what it says.
    assert "Borrador formacion" in message.body
    assert "nuevo." not in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert work() == []


def test_the_page_leads_to_it_without_a_cookie(client, draft):
    page = client.get(f"/es/search/?{SEARCH}&page=1&sort=newest")
    links = re.findall(r'href="([^"]*/search/[^"]*)" rel="nofollow"', page.content.decode())
    query = "?q=xil%C3%B3fono&amp;type=comment"
    assert links == [f"/es/search/follow/{query}", f"/feeds/es/search/{query}"]
    assert not page.cookies
    # Nor where there is nothing to follow.
    assert "/search/follow/" not in client.get("/es/search/").content.decode()


def test_what_was_reviewed_for_long_is_new_when_it_is_published(client, draft, chair):
    waiting = comment_on(draft, "Un xilófono que espera.")
    with later(days=1):
        follow(client)
        publish(draft, "Un xilófono más nuevo.")
        assert len(work()) == 1
    with later(days=2):
        decide({waiting.pk: waiting.status}, Status.PUBLISHED, by=chair)
        (message,) = work()
        assert f"/es/comments/{waiting.pk}/" in message.body


def test_what_is_taken_back_is_not_told_and_what_comes_back_is_no_news(client, draft):
    follow(client)
    comment = publish(draft, "Un xilófono dudoso.")
    assert client.get("/api/v1/search", {"q": "xilófono"}).json()["total"] == 1
    change_status([comment], Status.HIDDEN)
    assert work() == []
    change_status([comment], Status.PUBLISHED)
    with later(days=1):
        assert work() == []


def test_much_at_once_is_one_letter_an_hour_and_one_for_each_thing_where_that_is_off(
    client, draft, settings
):
    follow(client)
    for number in range(alerts.MOST_HITS + 2):
        publish(draft, f"xilófono {number}")
    (message,) = work()
    assert message.body.count("/es/comments/") == alerts.MOST_HITS
    publish(draft, "xilófono tardío")
    assert work() == []
    publish(draft, "xilófono más tardío")
    with later(minutes=settings.ALERT_PAUSE_MINUTES + 1):
        (message,) = work()
        assert message.body.count("/es/comments/") == 2
        settings.ALERT_PAUSE_MINUTES = 0
        for number in range(2):
            publish(draft, f"xilófono seguido {number}")
            assert len(work()) == 1


def test_a_week_is_one_letter_and_a_quiet_one_none(client, draft):
    follow(client, frequency="weekly")
    publish(draft, "Un xilófono.")
    assert work() == []
    with later(days=7, minutes=1):
        publish(draft, "Otro xilófono.")
        (message,) = work()
        assert message.body.count("/es/comments/") == 2
        assert work() == []
    with later(days=15):
        assert work() == []


def test_each_is_told_of_their_own_search_in_their_language(client, draft):
    follow(client)
    follow(client, "q=marimba", language="en", email="reader@example.org")
    follow(client, "q=xil%C3%B3fono+marimba", email="estricta@example.org")
    publish(draft, "Una marimba.")
    publish(draft, "Un xilófono.")
    first, second = sorted(work(), key=lambda message: message.to)
    assert (first.to, second.to) == ([EMAIL], ["reader@example.org"])
    assert "http://testserver/en/comments/" in second.body
    # Some of the words are not all of them.
    publish(draft, "Una marimba y un xilófono.")
    with later(hours=2):
        assert [m.to for m in work() if m.to[0].startswith("estricta")]


@pytest.mark.parametrize("where", ["written", "told", "taken in"])
def test_a_crash_loses_nothing_and_tells_nothing_twice(client, draft, monkeypatch, where):
    follow(client)

    def crash(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    place = {
        "written": "consult.notices.models.Letter.save",
        "told": "consult.search.alerts.search_public",
        "taken in": "consult.search.actions._note_appearances",
    }[where]
    publish(draft, "Un xilófono.")
    with monkeypatch.context() as patched:
        patched.setattr(place, crash)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert len(work()) == 1
    assert work() == []


def test_a_rebuilt_index_is_no_news(client, draft):
    publish(draft, "Un xilófono.")
    follow(client)
    rebuild()
    assert work() == []


def test_a_theme_that_is_gone_does_not_make_it_a_search_for_everything(client, draft):
    Theme.objects.create(slug="musica", name_es="Música", name_en="Music")
    follow(client, "theme=musica&type=comment")
    Theme.objects.get(slug="musica").delete()
    publish(draft, "Un xilófono.")
    assert work() == []


def test_one_click_ends_it_and_erases_the_address(client, draft):
    follow(client)
    publish(draft, "Un xilófono.")
    (message,) = work()
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    publish(draft, "Otro xilófono.")
    mailer = Client(enforce_csrf_checks=True)
    assert mailer.post(address.removeprefix("http://testserver")).status_code == 200
    with later(days=1):
        assert work() == []
    subscription = Subscription.objects.get()
    assert subscription.ended_at
    assert (subscription.email, subscription.search, subscription.search_name) == ("", "", "")
    follow(client)


def test_the_same_search_asked_for_again_is_one_subscription(client, draft):
    follow(client, "type=comment&q=xil%C3%B3fono&sort=newest&page=2")
    assert ask(client).status_code == 200
    (message,) = work()
    assert Subscription.objects.count() == 1
    assert "Ya tiene esta suscripción" in message.subject


def test_nobody_confirms_and_it_is_erased(client, draft, settings):
    ask(client)
    work()
    with later(days=settings.UNCONFIRMED_DAYS + 2):
        work()
    assert not Subscription.objects.exists()


def test_what_cannot_be_followed_is_said_and_kept(client, draft):
    response = ask(client, email="nadie")
    assert response.status_code == 422
    assert 'value="nadie"' in response.content.decode()
    assert ask(client, f"q={'ñ' * 400}").status_code == 422
    assert not Letter.objects.exists()


def test_an_address_is_not_flooded(client, draft, settings):
    settings.LETTERS_ASKED_PER_HOUR = 2
    for number in range(5):
        assert ask(client, f"q=xilófono{number}").status_code == 200
    assert len(work()) == 2
    settings.SUBSCRIPTIONS_PER_HOUR = 1
    ask(client)
    assert ask(client, email="otra@example.org").status_code == 429


def test_typed_words_are_text_in_the_letter(client, draft):
    follow(client, "q=%3Cb%3Exil%C3%B3fono%3C%2Fb%3E%0D%0ABcc%3A+x@example.org")
    publish(draft, "<b>xilófono</b>\nBcc: x@example.org")
    (message,) = work()
    (page, _kind) = message.alternatives[0]
    assert "<b>xil" not in page
    assert "\n" not in message.subject


def test_a_search_can_be_followed_while_the_engine_is_away(client, draft, monkeypatch):
    def away(*args, **kwargs):
        raise EngineUnavailable("gone")

    publish(draft, "Un xilófono que suena.")
    for name in ("search", "index", "delete"):
        monkeypatch.setattr(WhooshEngine, name, away)
    note(Kind.DRAFT, [draft.pk])
    assert client.get(f"/es/search/follow/?{SEARCH}").status_code == 200
    assert ask(client).status_code < 400


def withdraw(comment: Any, draft: Any) -> None:
    change_status([comment], Status.HIDDEN)


def restrict(comment: Any, draft: Any) -> None:
    PageViewRestriction.objects.create(page=draft, restriction_type=PageViewRestriction.LOGIN)


def unpublish(comment: Any, draft: Any) -> None:
    draft.unpublish()


@pytest.mark.parametrize("take", [withdraw, restrict, unpublish])
def test_a_letter_that_waits_does_not_tell_what_was_taken_back_since(client, draft, take):
    follow(client)
    taken = publish(draft, "Un xilófono que se arrepiente.")
    other = publish(draft, "Otro xilófono que suena.")
    drain()
    alerts.tell_at_once()
    assert f"/comments/{taken.pk}/" in Letter.objects.get(done_at=None).html
    take(taken, draft)
    told = " ".join(message.body for message in work())
    assert f"/comments/{taken.pk}/" not in told
    assert (f"/comments/{other.pk}/" in told) == (take is withdraw)


def test_of_two_letters_that_wait_neither_loses_what_stands(client, draft, settings):
    settings.ALERT_PAUSE_MINUTES = 0
    follow(client)
    first = publish(draft, "Un xilófono que suena.")
    drain()
    alerts.tell_at_once()
    taken = publish(draft, "Un xilófono que se arrepiente.")
    last = publish(draft, "Otro xilófono que suena.")
    drain()
    alerts.tell_at_once()
    assert Letter.objects.filter(done_at=None).count() == 2
    change_status([taken], Status.HIDDEN)
    told = " ".join(message.body for message in work())
    assert [told.count(f"/comments/{each.pk}/") for each in (first, taken, last)] == [1, 0, 1]
