import re
from typing import Any

import pytest
from django.test import Client

from consult.submissions.actions import change_status
from consult.submissions.enums import Status
from tests.factories import comment_on, submit
from working_groups.models import DraftPage

PATH = "/es/groups/ia-trabajo/formacion/comments/"


def bodies(html: bytes) -> list[str]:
    """The texts of the comments on a page, in order."""
    return re.findall(r'<div class="written" lang="..">\s*<p>([^<]*)</p>', html.decode())


@pytest.fixture
def comments(draft: DraftPage) -> DraftPage:
    """Four published comments that differ in everything one can narrow by, and one in waiting."""
    for body, section, stance, theme, sector, state in (
        ("Uno", 0, "support", "equity", "academia", "Chihuahua"),
        ("Dos", 1, "oppose", "equity", "workers", "Texas"),
        ("Tres", 1, "support", "ethics", "workers", "Chihuahua"),
        ("Cuatro", None, "neutral", "oversight", "industry", "Sonora"),
    ):
        submit(
            draft,
            body,
            section=section,
            stance=stance,
            themes=(theme,),
            respondent={"sector": sector, "state": state},
            status="published",
        )
    submit(draft, "En espera", respondent={"state": "Yucatán"}, status="pending")
    return draft


def test_only_published_comments_are_shown_newest_first(
    comments: DraftPage, client: Client
) -> None:
    response = client.get(PATH)
    assert bodies(response.content) == ["Cuatro", "Tres", "Dos", "Uno"]
    assert "Yucatán" not in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("theme=equity", ["Dos", "Uno"]),
        ("stance=support", ["Tres", "Uno"]),
        ("section=whole", ["Cuatro"]),
        ("sector=workers", ["Tres", "Dos"]),
        ("state=Chihuahua", ["Tres", "Uno"]),
        ("theme=equity&state=Texas", ["Dos"]),
        ("theme=ethics&state=Texas", []),
    ],
)
def test_filters_narrow_what_is_shown(
    comments: DraftPage, client: Client, asked: str, expected: list[str]
) -> None:
    assert bodies(client.get(f"{PATH}?{asked}").content) == expected


def test_a_section_narrows_by_its_uid(comments: DraftPage, client: Client) -> None:
    version = comments.current_version
    assert version is not None
    uid = version.sections.all()[1].uid
    assert bodies(client.get(f"{PATH}?section={uid}").content) == ["Tres", "Dos"]


def test_a_filters_counts_leave_its_own_choice_aside(comments: DraftPage, client: Client) -> None:
    html = client.get(PATH, {"theme": "equity"}).content.decode()
    options = dict(re.findall(r'<option value="([^"]+)"(?: selected)?>[^<]*\((\d+)\)', html))
    assert {name: options[name] for name in ("equity", "ethics", "oversight")} == {
        "equity": "2",
        "ethics": "1",
        "oversight": "1",
    }
    # Of the other filters, only what would leave something.
    assert {name: options.get(name) for name in ("support", "oppose", "neutral")} == {
        "support": "1",
        "oppose": "1",
        "neutral": None,
    }


@pytest.mark.parametrize("name", ["theme", "stance", "section", "sector", "state", "lang", "page"])
@pytest.mark.parametrize("value", ["nada", "<b>x</b>", "\x00", "9" * 400, "' OR 1=1 --", "Yucatán"])
def test_a_value_that_means_nothing_is_left_out_with_a_sentence(
    comments: DraftPage, client: Client, name: str, value: str
) -> None:
    response = client.get(PATH, {name: value})
    assert response.status_code == 200
    assert len(bodies(response.content)) == 4
    assert response.content.count(b'class="note"') == 1
    assert b"<b>x</b>" not in response.content


def test_the_pages_keep_the_filters(draft: DraftPage, client: Client) -> None:
    submit(draft, *[f"Número {n}" for n in range(25)], stance="oppose", status="published")
    first = client.get(PATH, {"stance": "oppose"})
    assert len(bodies(first.content)) == 20
    assert b'href="?stance=oppose&amp;page=2"' in first.content
    assert len(bodies(client.get(PATH, {"stance": "oppose", "page": "2"}).content)) == 5


def test_a_comment_has_its_own_page_with_the_words_it_is_about(
    draft: DraftPage, client: Client
) -> None:
    comment = comment_on(draft, "Faltan recursos.", status="published", themes=("equity",))
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Otras palabras.</p>"
    draft.sections = sections
    draft.save_revision().publish()
    html = client.get(f"/es/comments/{comment.number}/").content.decode()
    assert "Faltan recursos." in html
    then, _fold, now = html.partition("<details")
    assert "competencias digitales" in then
    assert "Otras palabras" not in then
    assert "Otras palabras" in now
    assert f"versions/1/#s-{sections[0].uid}" in html


def test_what_people_wrote_is_text(draft: DraftPage, client: Client) -> None:
    sent = submit(
        draft,
        "<script>alert(1)</script>\n\n**no** <b>es</b> marcado",
        status="published",
        respondent={"name": "<i>Ana</i>", "show_name": True, "state": "<u>Sonora</u>"},
    )
    comment = sent.comments.get()
    comment.links = [
        "https://example.org/?a=1&b=2",
        "javascript:alert(1)",
        "http://[::1",
        "ftp://x",
    ]
    comment.proposed_text, comment.reason = "<h1>Título</h1>", "<img src=x>"
    comment.save()
    for address in (PATH, f"/es/comments/{comment.number}/"):
        html = client.get(address).content.decode()
        main = html.split("<main")[1].split("</main>")[0]
        assert not re.search(r"<(script|b|i|u|img)\b", main)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in main
        assert "&lt;i&gt;Ana&lt;/i&gt;" in main
        links = re.findall(r'<a href="([^"]*)" rel="nofollow ugc noopener">', main)
        assert links == ["https://example.org/?a=1&amp;b=2"]


def test_a_name_is_shown_only_to_whom_wanted_it(draft: DraftPage, client: Client) -> None:
    respondent = {
        "name": "Ana Ruiz",
        "organisation": "Taller",
        "on_behalf_of": "Los vecinos",
        "email": "ana@example.org",
    }
    hidden = comment_on(draft, "Callado.", status="published", respondent=respondent)
    shown = comment_on(
        draft, "Con nombre.", status="published", respondent={**respondent, "show_name": True}
    )
    pages = {
        c.pk: client.get(f"/es/comments/{c.number}/").content.decode() for c in (hidden, shown)
    }
    assert "Ana Ruiz" not in pages[hidden.pk]
    assert "Taller" not in pages[hidden.pk]
    assert "Los vecinos" not in pages[hidden.pk]
    assert "Ana Ruiz, Taller" in pages[shown.pk]
    assert "Los vecinos" in pages[shown.pk]
    assert "ana@example.org" not in "".join(pages.values())


@pytest.mark.parametrize("status", ["pending", "rejected", "hidden", "withdrawn"])
def test_a_comment_that_is_not_public_is_not_there(
    draft: DraftPage, client: Client, status: str
) -> None:
    comment = comment_on(draft, "Reservado.", status=status)
    assert client.get(f"/es/comments/{comment.number}/").status_code == 404
    assert "Reservado" not in client.get(PATH).content.decode()


def test_comments_go_with_their_draft(draft: DraftPage, client: Client) -> None:
    comment = comment_on(draft, "Publicado.", status="published")
    draft.unpublish()
    assert client.get(f"/es/comments/{comment.number}/").status_code == 404
    assert client.get(PATH).status_code == 404
    assert client.get(f"/es/comments/{'9' * 40}/").status_code == 404


def test_a_card_says_its_language_and_elsewhere_its_draft(draft: DraftPage, client: Client) -> None:
    comment_on(draft, "Faltan caminos en la sierra.", status="published", themes=("equity",))
    here = client.get(PATH.replace("/es/", "/en/")).content.decode()
    elsewhere = client.get("/en/themes/equity/").content.decode()
    cards = [html.split('<article class="comment"')[1] for html in (here, elsewhere)]
    assert all("Written in Spanish" in card for card in cards)
    assert ["Draft formacion" in card.split("</article>")[0] for card in cards] == [False, True]


def test_the_language_is_named_in_the_readers(client: Client, draft: DraftPage) -> None:
    comment = comment_on(draft, "The people of the mountains need training.", status="published")
    for address in (f"groups/ia-trabajo/{draft.slug}/comments/", f"comments/{comment.pk}/"):
        assert "Escrito en inglés" in client.get(f"/es/{address}").content.decode()
        assert "Written in English" in client.get(f"/en/{address}").content.decode()


def test_counts_follow_at_once(comments: DraftPage, client: Client) -> None:
    def count(value: str) -> str | None:
        html = client.get(PATH).content.decode()
        return dict(re.findall(r'<option value="([^"]+)">[^<]*\((\d+)\)', html)).get(value)

    assert count("equity") == "2"
    comment = comment_on(comments, "Cinco", themes=("equity",), status="published")
    assert count("equity") == "3"
    change_status([comment], Status.HIDDEN)
    assert count("equity") == "2"


def test_the_original_is_where_its_author_saw_the_page(client: Client, draft: DraftPage) -> None:
    english = comment_on(draft, "The people of the mountains need training.", status="published")
    spanish = comment_on(draft, "Hacen falta caminos en la sierra.", status="published")
    html = client.get(PATH).content.decode()
    assert f'href="/en/comments/{english.pk}/" hreflang="en"' in html
    assert f"/en/comments/{spanish.pk}/" not in html
    page = client.get(f"/en/comments/{spanish.pk}/").content.decode()
    assert f'<a href="/es/comments/{spanish.pk}/" hreflang="es">' in page


def test_many_comments_take_no_more_queries(
    comments: DraftPage, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        comment_on(comments, f"Comentario {number}", status="published")
    client.get(PATH)
    with django_assert_max_num_queries(17):
        client.get(PATH, {"page": "2"})
    with django_assert_max_num_queries(28):
        client.get(PATH, {"theme": "equity", "stance": "support"})
