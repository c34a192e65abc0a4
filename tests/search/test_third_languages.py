"""Comments in a language that the site does not speak can be found, and are marked as what they are."""

import re

import pytest

from consult.submissions.enums import Status
from tests.factories import comment_on

pytestmark = pytest.mark.django_db

WORDS = "Moneki tlamachtilistli ipan nochi altepetl, ika totlajtol."


@pytest.fixture
def comment(draft):
    return comment_on(draft, WORDS, status=Status.PUBLISHED)


def test_it_is_found_by_its_words_and_marked(client, comment):
    assert comment.language == "nah"
    page = client.get("/es/search/", {"q": "TLAMACHTILISTLI"}).content.decode()
    assert f'href="/es/comments/{comment.pk}/"' in page
    assert re.search(r'class="excerpt" lang="nah">Moneki <mark>tlamachtilistli</mark>', page)
    # Its words stand as they are: no ending is taken off as if it were Spanish.
    for shortened in ("tlamachtilist", "totlajtola"):
        page = client.get("/es/search/", {"q": shortened}).content.decode()
        assert f'href="/es/comments/{comment.pk}/"' not in page


def test_it_can_be_asked_for_by_its_language(client, comment, draft):
    comment_on(draft, "Hace falta formación en la sierra.", status=Status.PUBLISHED)
    page = client.get("/es/search/", {"type": "comment", "lang": "nah"}).content.decode()
    assert re.findall(r'<h3><a href="([^"]*)"', page) == [f"/es/comments/{comment.pk}/"]
    answer = client.get("/api/v1/search", {"type": "comment", "only": "nah"}).json()
    assert [(hit["id"], hit["lang"]) for hit in answer["hits"]] == [(comment.pk, "nah")]


def test_the_page_says_what_it_is_written_in(client, comment):
    page = client.get(f"/en/comments/{comment.pk}/").content.decode()
    assert "Written in Nahuatl" in page
    assert 'lang="nah"' in page
