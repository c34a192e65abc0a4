"""What the public may not read, or may not read any more, is found by nobody and named to nobody."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consult.common.locking import alone
from consult.moderation.actions import decide
from consult.moderation.rules import seen_as
from consult.pages.models import EvidenceIndexPage, EvidencePage
from consult.responses.models import SummaryPage
from consult.search import actions
from consult.search.documents import all_documents
from consult.search.engines.base import EngineUnavailable
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.models import OutboxEntry
from consult.submissions.actions import NewComment, edit_comment, withdraw
from consult.submissions.covering import Span
from consult.submissions.enums import Status
from consult.submissions.erasing import erase_respondent
from consult.submissions.models import Comment
from consult.themes.models import Theme
from tests.factories import comment_on, make_draft
from tests.outside.planting import PUBLIC, plant
from working_groups.models import DraftPage, WorkingGroupPage

pytestmark = pytest.mark.django_db

# In every text beside its secret, so that a search for it shows the excerpts.
COMMON = "xilófono"


@dataclass(frozen=True)
class Secret:
    """Words that everybody may read until `take_back` is called."""

    words: tuple[str, ...]
    take_back: Callable[[], object]


def evidence(word: str) -> EvidencePage:
    page = EvidencePage(slug=word, heading_es=f"Dato {word}", body_es=f"<p>{COMMON} {word}</p>")
    EvidenceIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return page


def restrict(page: EvidencePage) -> None:
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.set([Group.objects.first()])


def decided(comment: Comment, outcome: str, by: User, **options: Any) -> None:
    comment.refresh_from_db()
    decide({comment.pk: seen_as(comment.status, comment.edition)}, outcome, by=by, **options)


@pytest.fixture
def secrets(draft: DraftPage, other_group: WorkingGroupPage, chair: User) -> list[Secret]:
    """One of everything that can be taken back, public still."""
    now = timezone.now()

    def said(word: str, page: DraftPage = draft, **respondent: Any) -> Comment:
        body = f"{COMMON} {word}"
        return comment_on(page, body, status=Status.PUBLISHED, respondent=respondent)

    withdrawn = said("zarzaretirada", state="zarzaestado", organisation="zarzared", show_name=True)
    hidden, edited, covered = said("zarzaoculta"), said("zarzaprimera"), said("zarzatapada")
    erased = said("zarzaborrada", name="zarzanombre", show_name=True)
    start = covered.body.index("zarzatapada")
    spans = {"body": [Span(start, len(covered.body), "name")]}
    section = {"heading_es": "Zarzapartado", "body_es": f"<p>{COMMON} zarzatexto</p>"}
    moved = make_draft(other_group, "zarzaborrador", sections=[section])
    said("zarzacomentario", moved)
    summary = SummaryPage(slug="summary", heading_es="Síntesis", body_es="<p>zarzasintesis</p>")
    moved.add_child(instance=summary)
    summary.save_revision().publish()
    unpublished, private, deleted = map(evidence, ("zarzadato", "zarzaprivada", "zarzasuprimida"))
    theme = Theme.objects.create(slug="z", name_es=f"{COMMON} zarzatema")

    def move_and_unpublish() -> None:
        moved.slug = "otro"
        moved.save_revision().publish()
        DraftPage.objects.get(pk=moved.pk).unpublish()

    return [
        Secret(
            ("zarzaretirada", "zarzaestado", "zarzared"), lambda: withdraw([withdrawn.pk], now=now)
        ),
        Secret(
            ("zarzaoculta",), lambda: decided(hidden, Status.HIDDEN, chair, reason_code="abuse")
        ),
        Secret(
            ("zarzaprimera",),
            lambda: edit_comment(edited.pk, NewComment(body=COMMON), seen=1, now=now),
        ),
        Secret(
            ("zarzatapada",),
            lambda: decided(
                covered, Status.REDACTED, chair, reason_code="personal_data", spans=spans
            ),
        ),
        Secret(
            ("zarzaborrada", "zarzanombre"), lambda: erase_respondent(erased.submission, now=now)
        ),
        Secret(
            ("zarzapartado", "zarzatexto", "zarzacomentario", "zarzasintesis"), move_and_unpublish
        ),
        Secret(("zarzadato",), unpublished.unpublish),
        Secret(("zarzaprivada",), lambda: restrict(private)),
        Secret(("zarzasuprimida",), lambda: EvidencePage.objects.get(pk=deleted.pk).delete()),
        Secret(("zarzatema",), theme.delete),
    ]


DOORS: dict[str, tuple[str, dict[str, str]]] = {
    "page": ("/es/search/", {}),
    "English page": ("/en/search/", {"sort": "newest"}),
    "program": ("/api/v1/search", {"limit": "50"}),
    "feed": ("/feeds/es/search/", {}),
    "completion": ("/api/v1/suggest", {}),
}


def ask(client: Client, door: str, typed: str, **headers: str) -> Any:
    """What a door to the search answers to `typed`."""
    address, more = DOORS[door]
    return client.get(address, {"q": typed, **more}, **headers)


def text(response: Any) -> str:
    """All that was answered, with no mark between the parts of a word."""
    return re.sub(r"</?mark>", "", response.content.decode()).casefold()


def leaks(client: Client, words: Iterable[str]) -> dict[str, set[str]]:
    """Which of the `words` somebody finds, and which they read who typed something else; and where."""
    found: dict[str, set[str]] = {word: set() for word in words}
    said = [
        (door, text(ask(client, door, typed)))
        for typed in (COMMON, "", "estado:zarza", "zarza")
        for door in DOORS
    ]
    for word, doors in found.items():
        doors.update(door for door, answer in said if word in answer)
        if '<h3><a href="' in ask(client, "page", word).content.decode():
            doors.add("hits of the page")
        answer = ask(client, "program", word).json()
        doors.update(f"facet {name}" for name, values in answer["facets"].items() if values)
        if answer["total"] or answer["hits"]:
            doors.add("hits of the program")
        slip = word[:-3] + word[-2] + word[-3] + word[-1]
        for door, typed in (("page", slip), ("completion", word[:-2])):
            if word in text(ask(client, door, typed)):
                doors.add(f"{door}, meant")
        # What the page says of each word alone, and of the same search without a choice.
        if f">{word}</a>" in text(ask(client, "English page", f"{word} qqzzx")):
            doors.add("page, alone")
        if "Without “" in client.get("/en/search/", {"q": word, "year": "1901"}).content.decode():
            doors.add("page, without a choice")
    return {word: doors for word, doors in found.items() if doors}


def words_of(secrets: list[Secret]) -> list[str]:
    return [word for secret in secrets for word in secret.words]


def test_what_is_public_is_found_and_named(client, secrets):
    """So that the tests below can fail: here is everything that they look for."""
    found = leaks(client, words_of(secrets))
    assert found.keys() == set(words_of(secrets))
    state = found.pop("zarzaestado")
    assert {"page", "English page", "program"} <= state
    for word, doors in found.items():
        assert {"hits of the page", "hits of the program", "facet type"} <= doors, word
    retracted = {"page", "English page", "program", "feed", "page, meant", "completion, meant"}
    assert retracted | {"page, alone", "page, without a choice"} <= found["zarzaretirada"]


@pytest.fixture
def another_drains(settings) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def holding() -> Iterator[None]:
        with alone(Path(settings.SEARCH_INDEX_DIR), "drain.lock") as held:
            assert held
            yield

    return holding


@pytest.fixture
def cannot_write(monkeypatch) -> Callable[[], AbstractContextManager[None]]:
    def refuse(*args: Any) -> None:
        raise EngineUnavailable("no space left on device")

    @contextmanager
    def refusing() -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(WhooshEngine, "index", refuse)
            patch.setattr(WhooshEngine, "delete", refuse)
            yield

    return refusing


@pytest.fixture
def all_is_well() -> Callable[[], AbstractContextManager[None]]:
    return nullcontext


@pytest.mark.parametrize("circumstance", ["all_is_well", "another_drains", "cannot_write"])
def test_what_is_taken_back_is_gone_at_once(client, secrets, circumstance, request):
    """With the outbox drained, and where it cannot be; searched for before, so that answers are kept."""
    before = leaks(client, words_of(secrets))
    assert len(before) == len(words_of(secrets))
    with request.getfixturevalue(circumstance)():
        for secret in secrets:
            secret.take_back()
        assert leaks(client, words_of(secrets)) == {}
    assert leaks(client, words_of(secrets)) == {}
    assert not OutboxEntry.objects.exists()
    # What was covered leaves the rest of its text.
    assert ask(client, "program", COMMON).json()["total"] == 1


def test_what_is_taken_back_while_the_index_is_made_anew_is_gone_at_once(
    client, secrets, monkeypatch
):
    actions.drain()
    drain, checked = actions.drain, []

    def taking_back() -> Iterator[Any]:
        yield from list(all_documents())
        for secret in secrets:
            secret.take_back()
        checked.append(leaks(client, words_of(secrets)))

    def late(*most: float) -> None:
        # The new index serves, with all that was taken back since it was read.
        if len(checked) == 1:
            with monkeypatch.context() as patch:
                patch.setattr(actions, "drain", lambda *most: None)
                checked.append(leaks(client, words_of(secrets)))
        drain(*most)

    monkeypatch.setattr(actions, "all_documents", taking_back)
    monkeypatch.setattr(actions, "drain", late)
    actions.rebuild()
    assert checked == [{}, {}]
    assert leaks(client, words_of(secrets)) == {}
    assert not OutboxEntry.objects.exists()


def test_nobody_is_told_that_an_answer_with_it_is_unchanged(client, secrets, another_drains):
    tags = {door: ask(client, door, COMMON).get("ETag") for door in DOORS}
    assert tags["program"]
    assert tags["feed"]
    answered = {door: tag for door, tag in tags.items() if tag}

    def statuses() -> set[int]:
        return {
            ask(client, door, COMMON, HTTP_IF_NONE_MATCH=tag).status_code
            for door, tag in answered.items()
        }

    assert statuses() == {304}
    with another_drains():
        secrets[0].take_back()
        assert statuses() == {200}
    assert statuses() == {200}


def test_what_never_was_public_is_not_found(client, draft, group, chair):
    planted = plant(draft, chair)
    make_draft(group, "callado", heading_es="zzborradorzz", publish=False)
    words = [*planted.secrets.values(), "zzborradorzz"]
    for rebuilt in (False, True):
        if rebuilt:
            actions.rebuild()
        assert leaks(client, words) == {}
        assert "hits of the page" in leaks(client, [PUBLIC])[PUBLIC]
