"""Every address of the project, as nobody and as another group's chair, holds back what it should.

Addresses are taken from the project's own patterns, and filled with the keys of what is planted.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from consult.moderation.models import Appeal, Decision
from consult.notices.models import Letter
from consult.submissions.models import Comment, DataRequest, LedgerEntry
from consult.themes.models import Theme
from tests.outside.planting import PUBLIC, Planted, plant
from working_groups.models import DraftPage

# So many of the combinations of keys that an address with several of them could have.
COMBINATIONS = 40
PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>|\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)")


@pytest.fixture
def planted(draft: DraftPage, chair: User, settings: Any) -> Planted:
    # One machine asks for everything.
    settings.RECEIPT_LOOKUPS_PER_HOUR = 0
    settings.SUBMISSION_BURST = 0
    return plant(draft, chair)


def patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every pattern of an address, written out."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        elif isinstance(each, URLPattern):
            yield route


def addresses(keys: dict[str, list[Any]], numbers: list[int]) -> Iterator[str]:
    """Every address, with what it takes filled in."""
    for route in patterns(get_resolver()):
        names = [one or other for one, other in PARAMETER.findall(route)]
        values = [keys.get(name, numbers) for name in names]
        for chosen in itertools.islice(itertools.product(*values), COMBINATIONS):
            filled = iter(chosen)
            path = PARAMETER.sub(lambda match: str(next(filled)), route)  # noqa: B023
            yield "/" + re.sub(r"[\^$?\\]|\(\?:|\)", "", path).lstrip("/")


@pytest.fixture
def everywhere(draft: DraftPage, planted: Planted) -> list[str]:
    """All addresses, and those of the pages in the tree."""
    comments = list(Comment.objects.values_list("pk", flat=True))
    numbers = sorted(
        {
            *comments,
            draft.pk,
            *(s.pk for s in planted.submissions),
            *Appeal.objects.values_list("pk", flat=True),
            *DataRequest.objects.values_list("pk", flat=True),
            *Decision.objects.values_list("pk", flat=True),
        }
    )
    keys: dict[str, list[Any]] = {
        "group": [draft.group.slug],
        "draft": [draft.slug],
        "number": comments,
        # Whoever has the code may read: the codes of others cannot be guessed.
        "code": ["AC-0000-0000-0000-0"],
        "slug": [Theme.objects.values_list("slug", flat=True)[0]],
        "lang": ["es", "en"],
        "language": ["es", "en"],
        "version": [1],
        "app_label": ["submissions", "moderation"],
        "model_name": ["comment", "submission", "statement", "decision", "attachment"],
        "digest": [LedgerEntry.objects.values_list("content_digest", flat=True)[0]],
        "path": [""],
    }
    found = list(dict.fromkeys(addresses(keys, numbers)))
    assert len(found) > 300
    pages = [f"/{code}{draft.get_url().removeprefix('/es')}" for code in ("es", "en")]
    words = [f"/{code}/search/?q={word}" for code in ("es", "en") for word in ("zz", PUBLIC)]
    return [*found, *pages, *words, *(f"/es/search/?q={s}" for s in planted.secrets.values())]


def words_of(response: HttpResponse) -> str:
    """All that was answered: the body (unpacked, if it is a workbook) and the headers."""
    content = b"".join(response) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            content = b"".join(files.read(name) for name in files.namelist())
    return content.decode(errors="replace") + str(dict(response.headers))


def without_question(address: str, text: str) -> str:
    """`text` but for what the address itself asked: a page may repeat that."""
    asked = address.partition("?q=")[2]
    return text.lower().replace(asked.lower(), "") if asked else text


def assert_no_failure(address: str, response: HttpResponse) -> None:
    """Wagtail's own screens may fail over keys that make no sense; ours may not."""
    if response.status_code >= 500:
        view = resolve(address).func
        assert view.__module__.startswith("wagtail."), (address, response.status_code)


def walk(client: Client, everywhere: list[str], planted: Planted) -> int:
    """Ask for all addresses; how many answered with a page."""
    client.raise_request_exception = False
    answered = 0
    for address in everywhere:
        response = client.get(address)
        assert_no_failure(address, response)
        leaked = planted.leaked(without_question(address, words_of(response)))
        assert not leaked, (address, leaked)
        answered += response.status_code == 200
        if "logout" in address or "delete" in address:
            continue
        # Half of what changes something answers to a form alone; without a token it must not.
        posted = client.post(address, {})
        assert_no_failure(address, posted)
        leaked = planted.leaked(without_question(address, words_of(posted)))
        assert not leaked, ("POST", address, leaked)
    return answered


def test_nobody_reads_what_is_not_public(everywhere: list[str], planted: Planted) -> None:
    assert walk(Client(), everywhere, planted) > 30


def test_another_groups_chair_reads_nothing_of_it(
    everywhere: list[str], planted: Planted, other_chair: User
) -> None:
    client = Client()
    client.force_login(other_chair)
    assert walk(client, everywhere, planted) > 50


def test_a_chair_of_the_group_does_read_it(
    everywhere: list[str], planted: Planted, chair: User
) -> None:
    """So that the walk passes where the secrets are, and would see them."""
    client = Client()
    client.force_login(chair)
    client.raise_request_exception = False
    seen = set()
    for address in everywhere:
        if address.startswith("/admin/") and "logout" not in address:
            seen |= set(planted.leaked(words_of(client.get(address))))
    assert {"pending", "rejected", "hidden", "appeal", "colleagues_note"} <= seen
    # What is covered takes a press of a button, which is logged.
    assert "covered" not in seen


def test_letters_hold_nothing_of_others(planted: Planted) -> None:
    """A letter tells an author of their own: no other secret, and never to another address."""
    for letter in Letter.objects.all():
        text = f"{letter.subject} {letter.text} {letter.html}"
        assert set(planted.leaked(text)) <= {"receipt_0", "pending"}
