"""A version as a page to be printed."""

import re

import pytest
from django.test import Client

from tests.working_groups.documents.conftest import RURAL
from working_groups.models import DraftPage

RICO = "groups/ia-trabajo/rico/versions/1"


def got(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.text)


def headings(page: str) -> list[str]:
    return [
        re.sub(r"<[^>]*>", "", found).strip()
        for found in re.findall(r"<h[234](?: lang=\"\w+\")?>(.*?)</h", page)
    ]


def test_it_says_what_it_is_and_the_text_with_its_notes(
    client: Client, rich_draft: DraftPage
) -> None:
    version = rich_draft.current_version
    assert version is not None
    page = got(client, f"/es/{RICO}/print/")
    for text in (
        "Formación &amp; &lt;derechos&gt;",
        version.digest,
        f"http://testserver/es/{RICO}/",
        "Sin efectos <b>jurídicos</b>",
        "Primera <b>nota</b>",
        f'href="#s-{RURAL}"',
        f'id="s-{RURAL}"',
    ):
        assert text in page
    assert headings(page) == ["1 Cursos", "Detalle", "1.1 Zonas rurales", "2 Vigencia"]
    assert "Courses" not in page


@pytest.mark.parametrize("lang", ["", "?lang=", "?lang=fr", "?lang=es", "?lang=%00"])
def test_it_is_in_the_readers_language_unless_another_is_asked_for(
    client: Client, rich_draft: DraftPage, lang: str
) -> None:
    assert headings(got(client, f"/es/{RICO}/print/{lang}"))[0] == "1 Cursos"
    page = got(client, f"/es/{RICO}/print/?lang=en")
    assert '<h2 lang="en"> <span class="n">1</span> Courses' in page


def test_both_languages_stand_side_by_side(client: Client, rich_draft: DraftPage) -> None:
    page = got(client, f"/en/{RICO}/print/?lang=both")
    assert headings(page) == [
        *("1 Courses", "1 Cursos", "Detalle"),
        *("1.1 Rural areas", "1.1 Zonas rurales"),
        *("2", "2 Vigencia"),
    ]
    assert page.count("Not yet translated into English") == 2
    assert '<span class="title" lang="es">Formación' in page


def test_what_is_not_translated_is_said_and_marked(client: Client, rich_draft: DraftPage) -> None:
    page = got(client, f"/en/{RICO}/print/")
    assert page.count("Not yet translated into English") == 2
    assert '<div class="text" lang="es"><p>Al publicarse.</p></div>' in page


def test_it_leads_to_the_files(client: Client, draft: DraftPage) -> None:
    here = "/es/groups/ia-trabajo/formacion/versions/1"
    page = got(client, f"{here}/print/")
    for name in ("text.pdf", "both.pdf", "text.docx", "both.docx"):
        assert f'href="{here}/{name}"' in page
