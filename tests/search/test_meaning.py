"""Texts found by what they mean: in another language, under the same rules as by their words."""

import re
import sqlite3
from contextlib import closing, suppress
from html import unescape
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from consult.search import actions, meaning
from consult.search.documents import documents
from consult.search.enums import Kind
from consult.search.meaning import encoder, keeping
from consult.search.meaning.passages import passages
from consult.search.models import OutboxEntry
from consult.submissions.actions import change_status
from consult.submissions.enums import Status
from tests.factories import comment_on

pytestmark = pytest.mark.django_db
needs_package = pytest.mark.skipif(
    not encoder.is_installed(), reason="the package of the extra `semantic` is not installed"
)

DOCTORS = "Rural clinics lack physicians, and nurses leave for the cities."
LORRIES = "Lorries wait for six hours at the bridge across the border."
ASKED = "¿Faltan médicos en el campo?"


@pytest.fixture(autouse=True)
def turned_on(settings, monkeypatch) -> None:
    settings.SEARCH_BY_MEANING = True
    # The site's own texts would take a second each time.
    for module in (keeping, actions):
        monkeypatch.setattr(module, "all_documents", lambda: documents(Kind.COMMENT))


@pytest.fixture
def talk(draft):
    """Comments in English on two matters."""
    return {
        name: comment_on(draft, body, language="en", status=Status.PUBLISHED)
        for name, body in (("doctors", DOCTORS), ("lorries", LORRIES))
    }


def search(client: Client, typed: str, **params):
    return client.get("/es/search/", {"q": typed, "type": "comment", **params})


def found(response) -> list[str]:
    return re.findall(r'<h3><a href="/es/comments/(\d+)/"', response.content.decode())


def text(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", response.content.decode())).split())


def encode_all(client: Client) -> None:
    """What the worker does, after the index has all that changed."""
    search(client, "x")
    while meaning.encode_some():
        pass


@needs_package
def test_a_text_is_found_in_the_other_language_by_what_it_means(client, talk):
    encode_all(client)
    response = search(client, ASKED)
    assert found(response)[0] == str(talk["doctors"].pk)
    assert 'class="via"' in response.content.decode()
    assert '<p class="excerpt" lang="en">' in response.content.decode()


@needs_package
def test_programs_are_told_how_and_of_what_was_encoded_since(client, talk):
    asked = {"q": f"{ASKED} lorries", "type": "comment"}
    first = client.get("/api/v1/search", asked)
    encode_all(client)
    again = client.get("/api/v1/search", asked, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    how = {hit["id"]: hit["found_by"] for hit in again.json()["hits"]}
    assert how == {talk["doctors"].pk: "meaning", talk["lorries"].pk: "words"}


@needs_package
def test_who_wants_the_words_typed_only_gets_no_more(client, talk):
    encode_all(client)
    assert found(search(client, ASKED, exact=1)) == []


@needs_package
@pytest.mark.parametrize("params", [{"stance": "oppose"}, {"until": "2020-01-01"}, {"lang": "es"}])
def test_filters_hold_for_what_is_found_by_its_meaning(client, talk, params):
    encode_all(client)
    assert found(search(client, ASKED, **params)) == []


@needs_package
def test_a_word_left_out_leaves_out_what_is_found_by_its_meaning(client, talk):
    encode_all(client)
    assert str(talk["doctors"].pk) not in found(search(client, f"{ASKED} -nurses"))


@needs_package
@pytest.mark.parametrize("sort", ["", "similar"])
def test_what_is_closest_comes_first(client, talk, sort):
    encode_all(client)
    assert found(search(client, "camiones parados en la frontera", sort=sort))[0] == str(
        talk["lorries"].pk
    )


@needs_package
def test_status_says_how_many_texts_have_no_meaning_yet(client, talk, draft, settings, capsys):
    def lag() -> str:
        # Only the comments are in this index.
        with suppress(CommandError):
            call_command("index_status")
        label, _colon, value = capsys.readouterr().out.splitlines()[-1].rpartition(": ")
        return value if "significado" in label else ""

    search(client, "x")
    assert lag() == "todos"
    encode_all(client)
    assert lag() == "0"
    comment_on(draft, LORRIES, language="en", status=Status.PUBLISHED)
    search(client, "x")
    assert lag() == "1"
    settings.SEARCH_BY_MEANING = False
    assert lag() == ""


@needs_package
def test_an_order_by_meaning_is_offered_only_where_there_is_one(client, talk, settings):
    assert 'value="similar"' in search(client, "border clinics").content.decode()
    settings.SEARCH_BY_MEANING = False
    response = search(client, "border clinics", sort="similar")
    assert 'value="similar"' not in response.content.decode()
    assert "“similar”" in text(response)


@needs_package
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Cuantos medicos hay en la sierra?", "Cuántos médicos hay en la sierra?"),
        ("la educacion que hay", "la educación que hay"),
        ("¿Qué numero?", "¿Qué numero?"),
        ("How many doctors are there?", "How many doctors are there?"),
    ],
)
def test_a_question_typed_without_accents_is_understood_with_them(typed, read):
    assert encoder.accented(typed) == read


@needs_package
def test_nonsense_is_close_to_nothing(client, talk):
    encode_all(client)
    assert found(search(client, "xyzzy lorem")) == []


@needs_package
def test_what_is_withdrawn_is_forgotten_at_once(client, talk):
    encode_all(client)
    kept = keeping._vectors()
    assert f"comment:{talk['doctors'].pk}" in kept.documents()
    change_status([talk["doctors"]], Status.HIDDEN)
    assert str(talk["doctors"].pk) not in found(search(client, ASKED))
    assert f"comment:{talk['doctors'].pk}" not in kept.documents()
    assert f"comment:{talk['doctors'].pk}" not in kept.near(encoder.encode_query(ASKED), 50)


@needs_package
def test_a_rebuilt_index_forgets_what_is_gone_and_keeps_the_rest(client, talk, monkeypatch):
    encode_all(client)
    change_status([talk["lorries"]], Status.HIDDEN)
    OutboxEntry.objects.all().delete()
    call_command("rebuild_index", verbosity=0)
    assert f"comment:{talk['lorries'].pk}" not in keeping._vectors().documents()
    with monkeypatch.context() as patch:
        # Nothing is encoded again.
        patch.setattr(encoder, "encode", None)
        assert meaning.encode_some() is False
    assert found(search(client, ASKED)) == [str(talk["doctors"].pk)]


@needs_package
@pytest.mark.parametrize(
    "change",
    ["UPDATE about SET format = 'of old'", "UPDATE passage SET vectors = x'0102'"],
    ids=["release", "damage"],
)
def test_vectors_that_are_not_what_they_should_be_find_nothing(client, talk, change):
    encode_all(client)
    with closing(sqlite3.connect(keeping._vectors().path)) as database, database:
        database.execute(change)
    response = search(client, ASKED)
    assert (response.status_code, found(response)) == (200, [])


@needs_package
@pytest.mark.parametrize("damage", [lambda raw: raw[: len(raw) // 2], lambda raw: b"x" * 5_000])
def test_half_a_file_is_noticed_and_made_anew(client, talk, damage):
    encode_all(client)
    path = keeping._vectors().path
    path.write_bytes(damage(path.read_bytes()))
    assert search(client, ASKED).status_code == 200
    for _turn in range(3):
        try:
            encode_all(client)
        except Exception:
            continue
    assert found(search(client, ASKED))[0] == str(talk["doctors"].pk)


def test_without_the_package_the_page_is_as_by_words(client, talk, monkeypatch, caplog):
    monkeypatch.setattr(encoder, "PACKAGE", "no_such_package")
    encoder.is_installed.cache_clear()
    try:
        assert meaning.encode_some() is False
        assert found(search(client, "physicians")) == [str(talk["doctors"].pk)]
        response = search(client, ASKED)
    finally:
        monkeypatch.undo()
        encoder.is_installed.cache_clear()
    assert found(response) == []
    assert 'value="similar"' not in response.content.decode()
    assert not caplog.records
    assert not keeping._vectors().path.exists()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", []),
        (" \n ", []),
        ("Una.", [["Una."]]),
        ("Una. Dos; tres", [["Una. Dos; tres"], ["Una.", "Dos;", "tres"]]),
    ],
)
def test_a_text_is_read_by_sentence(text, expected):
    got = [[text[start:end] for start, end in (each.whole, *each.parts)] for each in passages(text)]
    flat = [word for each in expected for word in each]
    if len(expected) == 1:
        flat *= 2
    assert [word for each in got for word in each] == flat


def test_every_part_of_a_long_text_is_in_a_passage():
    text = " ".join(f"Esta es la frase número {n}, que tiene algo que decir." for n in range(400))
    spans = [each.whole for each in passages(text)]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(a[1] <= b[0] <= a[1] + 1 for a, b in pairwise(spans))
    assert max(end - start for start, end in spans) <= 1_500
