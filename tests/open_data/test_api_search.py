"""What programs may count on: cursors, tags, preflights, and a sentence for every mistake."""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings as how, strategies as st

from consult.open_data.cursors import DEPTH_MAX, NEARBY, Cursor
from consult.open_data.limits import limit, typing_limit
from consult.open_data.schemas import SearchParameters
from consult.submissions.actions import change_status
from consult.submissions.enums import Status
from consult.submissions.models import Comment
from consult.themes.models import Theme
from tests.factories import comment_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "index"


def ask(client: Client, headers=None, **params):
    return client.get("/api/v1/search", params, headers=headers)


def published(draft, *texts: str) -> list[Comment]:
    """Comments that came one a minute."""
    comments = []
    for text in texts:
        with time_machine.travel(timezone.now() + timedelta(minutes=Comment.objects.count())):
            comments.append(comment_on(draft, text, status=Status.PUBLISHED))
    return comments


def numbers(answer) -> list[int]:
    return [hit["id"] for hit in answer["hits"]]


def test_every_hit_comes_once_while_the_index_changes(client, draft):
    comments = published(draft, *(f"xilófono {n}" for n in range(12)))
    first = ask(client, q="xilófono", sort="newest", limit=4).json()
    seen = numbers(first)
    published(draft, *(f"xilófono nuevo {n}" for n in range(3)))
    second = client.get(first["next"]).json()
    seen += numbers(second)
    # The first and the last that were seen.
    change_status([comments[-1], comments[4]], Status.WITHDRAWN)
    third = client.get(second["next"]).json()
    seen += numbers(third)
    assert third["next"] is None
    assert seen == [comment.pk for comment in reversed(comments)]


def test_what_was_added_far_before_does_not_make_a_page_fail(client, draft):
    comment_on(draft, "xilófono", status=Status.PUBLISHED)
    cursor = Cursor(NEARBY + 5, ["comment:1"], "of another generation")
    answer = ask(client, q="xilófono", cursor=str(cursor)).json()
    assert (answer["total"], answer["hits"], answer["next"]) == (1, [], None)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("x", id="short"),
        pytest.param("ñ", id="no letter of the alphabet"),
        pytest.param("W10", id="of another form"),
        pytest.param("WzEsMiwzXQ==", id="of other types"),
        pytest.param("W" * 5_000, id="long"),
        pytest.param(str(Cursor(0, ["a"], "b")), id="before the beginning"),
        pytest.param(str(Cursor(DEPTH_MAX, ["a"], "b")), id="too deep"),
        pytest.param(str(Cursor(2, ["a"], "b")).rstrip("=") + "\n", id="almost one"),
    ],
)
def test_a_cursor_of_ones_own_making_is_refused(client, draft, word):
    response = ask(client, cursor=word, lang="en")
    assert response.status_code == 422
    assert response.json()["detail"] == "“cursor” has a value that is not allowed."


def test_the_depth_that_is_told_is_the_one_there_is():
    assert str(DEPTH_MAX) in SearchParameters.model_fields["cursor"].description


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        pytest.param("tema=equity", "There is no parameter “tema”.", id="unknown name"),
        pytest.param("page=2", "There is no parameter “page”.", id="of the page, not of this"),
        pytest.param("q=a&q=b", "“q” may be given once only.", id="repeated"),
        pytest.param("q=a%00b", "“q” has a value that is not allowed.", id="NUL"),
        pytest.param("limit=101", "“limit” must be a number from 1 to 100.", id="too many"),
        pytest.param("limit=1e1", "“limit” must be a number from 1 to 100.", id="no number"),
        pytest.param(
            f"q={'x' * 501}",
            "The words to look for may have at most 500 characters.",
            id="huge",
        ),
        pytest.param("stance=x", "“x” is not a known value of “stance”.", id="unknown value"),
        pytest.param(
            "since=30-11-2026",
            "“30-11-2026” is not a date. Please write year, month and day, as in 2026-03-31.",
            id="no day",
        ),
        pytest.param("sort=x", "“sort” has a value that is not allowed.", id="unknown order"),
        pytest.param("%00%3Cb%3E=1", "There is no parameter “<b>”.", id="a name that is none"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(client, draft, query, sentence):
    response = client.get(f"/api/v1/search?{query}&lang=en")
    assert (response.status_code, response.json()) == (422, {"detail": sentence})
    spanish = client.get(f"/api/v1/search?{query}&lang=es")
    assert spanish.status_code == 422


TEXT = st.text(max_size=30)
NAMES = sorted(SearchParameters.model_fields)


@how(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES) | TEXT,
            st.sampled_from(["es", "comment", "newest", "1", "equity", "2026", "-1", "1e9"]) | TEXT,
        ),
        max_size=5,
    )
)
def test_whatever_is_asked_is_answered_or_told_why_not(client, draft, pairs):
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        # A surrogate has no bytes to be sent as.
        name, value = (each.encode(errors="replace").decode() for each in (name, value))
        asked.setdefault(name, []).append(value)
    response = client.get("/api/v1/search", asked)
    assert response.status_code in (200, 422)
    answer = response.json()
    assert "hits" in answer if response.status_code == 200 else answer["detail"]


def test_a_browser_may_ask_with_a_tag_from_anywhere(client, draft):
    response = client.options(
        "/api/v1/search",
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response["Access-Control-Allow-Methods"]
    assert response["Access-Control-Allow-Headers"].lower() == "if-none-match"
    # The tag can be read by the script that is to send it.
    assert "ETag" in ask(client)["Access-Control-Expose-Headers"]


def test_what_was_taken_back_is_in_no_answer_that_is_called_unchanged(client, draft):
    comment = comment_on(draft, "xilófono", status=Status.PUBLISHED)
    first = ask(client, q="xilófono")
    assert first["Cache-Control"] == "no-cache"
    change_status([comment], Status.WITHDRAWN)
    again = ask(client, headers={"If-None-Match": first["ETag"]}, q="xilófono")
    assert again.status_code == 200
    assert again.json()["total"] == 0


def test_a_tag_is_of_one_address(client, draft):
    first = ask(client, q="uno")
    assert ask(client, headers={"If-None-Match": first["ETag"]}, q="dos").status_code == 200
    # Addresses of hits name the host.
    other = client.get(
        "/api/v1/search",
        {"q": "uno"},
        headers={"If-None-Match": first["ETag"], "Host": "localhost"},
    )
    assert other.status_code == 200


def test_the_tag_follows_what_things_are_called(client, draft):
    comment_on(draft, "xilófono", status=Status.PUBLISHED)
    first = ask(client, q="xilófono")
    draft.heading_es = "Otro nombre"
    draft.save_revision().publish()
    again = ask(client, headers={"If-None-Match": first["ETag"]}, q="xilófono")
    assert again.status_code == 200
    assert [each["label"] for each in again.json()["facets"]["draft"]] == ["Otro nombre"]


def test_days_and_years_narrow_down(client, draft):
    """As the feed of the same search does, and its page."""
    days = ("2025-12-31T23:59:00-06:00", "2026-01-01T00:00:00-06:00", "2026-02-01T12:00:00-06:00")
    found = {}
    for day in days:
        with time_machine.travel(datetime.fromisoformat(day), tick=False):
            found[day] = comment_on(draft, "xilófono", status=Status.PUBLISHED).pk
    last, first, second = found.values()

    for asked, wanted in (
        ({"since": "2026-01-01"}, {first, second}),
        ({"until": "2026-01-01"}, {last, first}),
        ({"since": "2026-01-01", "until": "2026-01-01"}, {first}),
        ({"year": "2025"}, {last}),
        ({"year": ["2025", "2026"], "until": "2026-01-31"}, {last, first}),
    ):
        assert set(numbers(ask(client, q="xilófono", **asked).json())) == wanted, asked
        feed = client.get("/feeds/es/search/", {"q": "xilófono", **asked}).content.decode()
        assert set(map(int, re.findall(r"/es/comments/(\d+)/", feed))) == wanted, asked


def test_next_keeps_what_was_asked(client, draft):
    for n in range(3):
        comment_on(draft, f"xilófono {n}", status=Status.PUBLISHED)
    answer = client.get("/api/v1/search?q=xil%C3%B3fono&type=comment&type=draft&limit=1").json()
    query = parse_qs(urlsplit(answer["next"]).query)
    assert set(query.pop("cursor")[0]) <= set("_-=") | set(map(chr, range(48, 123)))
    assert query == {"q": ["xilófono"], "type": ["comment", "draft"], "limit": ["1"]}


def test_the_description_is_openapi_and_says_what_each_parameter_is(client):
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1.")
    for path in description["paths"].values():
        for parameter in path["get"]["parameters"]:
            assert parameter["schema"].get("description"), parameter["name"]
        assert {"200", "304", "422", "429", "503"} <= set(path["get"]["responses"])
    # Everything that is referred to is there.
    schemas = description["components"]["schemas"]
    for name in re.findall(r"#/components/schemas/(\w+)", json.dumps(description)):
        assert name in schemas


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_about_it_has_everything_and_runs_no_script(client, language):
    response = client.get("/api/v1/docs", {"lang": language})
    page = response.content.decode()
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert " style=" not in page
    described = client.get("/api/v1/openapi.json").json()
    for path, each in described["paths"].items():
        assert f"GET {path}" in page
        for parameter in each["get"]["parameters"]:
            assert f"<dt><code>{parameter['name']}</code></dt>" in page
    for schema in ("SearchOut", "HitOut", "FacetValueOut"):
        for name in described["components"]["schemas"][schema]["properties"]:
            assert f"<code>{name}</code>" in page


def test_each_hit_says_how_it_was_found(client, draft):
    theme = Theme.objects.create(
        slug="planta", name_es="Planta nuclear", name_en="Nuclear plant", vocabulary_en="reactor"
    )
    typed = comment_on(draft, "La planta nuclear.", status=Status.PUBLISHED)
    other = comment_on(draft, "The reactor.", status=Status.PUBLISHED)
    asked = {"type": "comment", "q": theme.name_es}
    hits = ask(client, **asked).json()["hits"]
    assert {hit["id"]: hit["found_by"] for hit in hits} == {typed.pk: "words", other.pk: "theme"}
    assert {hit["found_by"] for hit in ask(client, type="comment").json()["hits"]} == {None}


# --- Completion ----------------------------------------------------------------------------------


def complete(client: Client, headers=None, **params):
    return client.get("/api/v1/suggest", params, headers=headers)


def test_what_is_typed_is_completed_from_what_everybody_may_read(client, draft):
    comment_on(draft, "Un xilófono de la sierra.", status=Status.PUBLISHED)
    comment_on(draft, "Un xilógrafo que espera.")
    response = complete(client, q="xilo")
    assert response.json() == {"results": ["xilófono"], "next": None}
    assert response["Access-Control-Allow-Origin"] == "*"
    assert complete(client, q="zzz").json()["results"] == []
    assert complete(client).json()["results"] == []


def test_what_was_taken_back_is_completed_no_more(client, draft):
    comment = comment_on(draft, "Un xilófono.", status=Status.PUBLISHED)
    first = complete(client, q="xilo")
    unchanged = complete(client, q="xilo", headers={"If-None-Match": first["ETag"]})
    assert unchanged.status_code == 304
    change_status([comment], Status.WITHDRAWN)
    again = complete(client, q="xilo", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.json()["results"]) == (200, [])


def test_completions_are_as_many_as_asked_for(client, draft):
    comment_on(draft, "xilófono xilema xilitol", status=Status.PUBLISHED)
    assert len(complete(client, q="xil").json()["results"]) == 3
    assert len(complete(client, q="xil", limit=2).json()["results"]) == 2


@pytest.mark.parametrize("query", ["q=a&q=b", "q=%00", "limit=0", "lang=fr", "theme=equity"])
def test_a_mistake_in_asking_for_completions_is_said(client, draft, query):
    response = client.get(f"/api/v1/suggest?{query}")
    assert response.status_code == 422
    assert response.json()["detail"]


def test_who_types_has_room_and_not_without_end(client, draft, settings, monkeypatch):
    cache.clear()
    settings.API_PER_MINUTE, settings.SUGGESTIONS_PER_MINUTE = 1, 3
    for each, most in ((limit, 1), (typing_limit, 3)):
        monkeypatch.setattr(each, "num_requests", most)
        monkeypatch.setattr(each, "duration", 60)
    answers = [complete(client, q="di", lang="en") for _turn in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["detail"].startswith("Too many requests")
    # Searches are counted by themselves.
    assert ask(client, q="digital").status_code == 200
    assert ask(client, q="digital").status_code == 429
    cache.clear()
