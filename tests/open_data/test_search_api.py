import json
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from consult.open_data.limits import limit
from consult.submissions.enums import Status
from tests.factories import comment_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "index"


def ask(client: Client, **params):
    return client.get("/api/v1/search", params)


def test_a_search_answers_as_the_contract_says(client, draft):
    comment = comment_on(
        draft, "La brecha <b>digital</b> crece.", themes=("equity",), status=Status.PUBLISHED
    )
    response = ask(client, q="brecha digital", lang="en", type="comment")
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    answer = response.json()
    assert set(answer) == {"total", "took_ms", "hits", "facets", "suggestion", "next"}
    assert (answer["total"], answer["suggestion"], answer["next"]) == (1, None, None)
    (hit,) = answer["hits"]
    assert hit.pop("score") > 0
    assert hit == {
        "type": "comment",
        "id": comment.pk,
        "url": f"http://testserver/en/comments/{comment.pk}/",
        "title": f"Comment {comment.pk}",
        "lang": "es",
        "snippet": "La <mark>brecha</mark> &lt;b&gt;<mark>digital</mark>&lt;/b&gt; crece.",
        "themes": ["equity"],
        "stance": "support",
        "found_by": "words",
    }
    assert answer["facets"]["only"] == [{"value": "es", "label": "Español", "count": 1}]
    assert [each["value"] for each in answer["facets"]["theme"]] == ["equity"]


def test_the_readers_language_hides_nothing_unless_asked(client, draft):
    for body in (
        "El robot trabaja de noche en la planta.",
        "The robot works in the plant at night.",
    ):
        comment_on(draft, body, status=Status.PUBLISHED)

    def languages(**params):
        return sorted(
            hit["lang"] for hit in ask(client, q="robot", type="comment", **params).json()["hits"]
        )

    assert languages(lang="en") == languages(lang="es") == ["en", "es"]
    assert languages(lang="en", only="es") == ["es"]


def test_pages_of_hits_are_linked(client, draft):
    for number in range(5):
        comment_on(draft, f"xilófono {number}", status=Status.PUBLISHED)
    first = ask(client, q="xilófono", limit=3).json()
    assert (first["total"], len(first["hits"])) == (5, 3)
    second = client.get(first["next"]).json()
    assert (len(second["hits"]), second["next"]) == (2, None)


def test_what_waits_for_review_is_nowhere(client, draft):
    comment_on(draft, "xilófono")
    response = ask(client, q="xilófono")
    assert response.json()["total"] == 0
    assert "xilófono" not in response.content.decode()


def test_nonsense_is_answered_with_a_sentence(client, draft):
    for name, value in (
        ("lang", "fr"),
        ("only", "xx"),
        ("type", "x"),
        ("theme", "\x00"),
        ("sort", "x"),
        ("limit", "0"),
        ("limit", "many"),
        ("cursor", "-1"),
        ("q", "x" * 501),
    ):
        response = ask(client, **{name: value})
        assert response.status_code == 422, name
        assert isinstance(response.json()["detail"], str)
        assert response["Access-Control-Allow-Origin"] == "*"


def test_the_sentence_is_in_the_readers_language(client, draft):
    sentence = ask(client, theme="no-such", lang="en").json()["detail"]
    assert sentence == "“no-such” is not a known value of “theme”."


def test_an_answer_that_did_not_change_is_not_sent_again(client, draft):
    first = ask(client, q="digital")
    tag = first["ETag"]
    again = client.get("/api/v1/search", {"q": "digital"}, headers={"If-None-Match": tag})
    assert again.status_code == 304
    comment_on(draft, "digital", status=Status.PUBLISHED)
    changed = client.get("/api/v1/search", {"q": "digital"}, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_an_index_of_another_release_is_said(client, draft, settings):
    settings.SEARCH_INDEX_DIR /= "older"
    settings.SEARCH_INDEX_DIR.mkdir(parents=True)
    (settings.SEARCH_INDEX_DIR / "current").symlink_to("1-0123456789ab")
    response = ask(client, q="digital", lang="en")
    assert response.status_code == 503
    assert "cannot answer at the moment" in response.json()["detail"]
    call_command("rebuild_index", stdout=StringIO())
    assert ask(client, q="digital").json()["total"] > 0


def test_who_asks_too_much_is_told_when_to_ask_again(client, draft, settings, monkeypatch):
    cache.clear()
    settings.API_PER_MINUTE = 2
    monkeypatch.setattr(limit, "num_requests", 2)
    monkeypatch.setattr(limit, "duration", 60)
    first = ask(client, q="digital")
    again = client.get("/api/v1/search", {"q": "digital"}, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    refused = ask(client, q="digital", lang="en")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert refused.json()["detail"].startswith("Too many requests")
    assert "ETag" not in refused
    assert client.get("/api/v1/search", REMOTE_ADDR="192.0.2.7").status_code == 200
    settings.API_PER_MINUTE = 0
    assert ask(client, q="digital").status_code == 200
    cache.clear()


def test_only_a_comments_id_is_a_number(client, draft):
    comment_on(draft, "digital", status=Status.PUBLISHED)
    kinds = {hit["type"]: type(hit["id"]) for hit in ask(client).json()["hits"]}
    assert kinds.pop("comment") is int
    assert set(kinds.values()) == {str}


def test_a_heading_alone_is_in_its_own_language(client, draft):
    section = draft.sections.first()
    section.heading_es = section.body_es = section.body_en = ""
    draft.sections = [section]
    draft.save_revision().publish()
    (hit,) = ask(client, type="section").json()["hits"]
    assert (hit["lang"], hit["snippet"]) == ("en", "")


def test_the_hostile_strings_break_nothing(client, draft, request):
    folder = request.config.rootpath.parent / "shared" / "data" / "hostile_input"
    if not folder.exists():
        pytest.skip("the shared data are not beside this checkout")
    for typed in json.loads((folder / "blns.json").read_text("utf-8"))[::12]:
        assert ask(client, q=typed).status_code in (200, 422)
        assert ask(client, q="a", theme=typed, cursor=typed).status_code in (200, 422)


def test_the_interface_describes_itself(client, db):
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert "/api/v1/search" in description["paths"]


def test_one_network_of_ipv6_and_feeds_of_a_search_count_together(
    client, draft, settings, monkeypatch
):
    cache.clear()
    settings.API_PER_MINUTE = 2
    monkeypatch.setattr(limit, "num_requests", 2)
    monkeypatch.setattr(limit, "duration", 60)

    def get(address: str, sender: str):
        return client.get(address, {"q": "digital"}, REMOTE_ADDR=sender)

    assert get("/api/v1/search", "2001:db8::1").status_code == 200
    assert get("/feeds/es/search/", "2001:db8::2").status_code == 200
    assert get("/api/v1/search", "2001:db8::3").status_code == 429
    refused = get("/feeds/en/search/", "2001:db8::4")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused.content.decode().startswith("Too many requests came from your network")
    # Other feeds are as cheap as pages; another network has a count of its own.
    assert get("/feeds/en/drafts/", "2001:db8::4").status_code == 200
    assert get("/feeds/en/search/", "2001:db8:0:1::1").status_code == 200
    cache.clear()
