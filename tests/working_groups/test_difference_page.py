"""The page that shows what changed from one version of a draft to another."""

import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_draft, submit
from working_groups.models import DraftPage, Section, WorkingGroupPage

FORM = "/{}/groups/ia-trabajo/leyes/versions/{}...{}/{}"
HEADINGS = ["Objeto", "Metas", "Fondo", "Consejo", "Plazos"]


def section(heading: str, body: str = "", **fields: Any) -> dict[str, Any]:
    return {
        "uid": uuid.uuid5(uuid.NAMESPACE_URL, heading),
        "heading_es": heading,
        "body_es": body or f"<p>Sobre {heading.lower()} trata este apartado.</p>",
        **fields,
    }


@pytest.fixture
def laws(group: WorkingGroupPage) -> DraftPage:
    """A draft of five sections, none of them translated."""
    return make_draft(group, "leyes", sections=[section(heading) for heading in HEADINGS])


def republish(draft: DraftPage, rows: Iterable[dict[str, Any]]) -> None:
    draft.sections = [Section(sort_order=order, **row) for order, row in enumerate(rows)]
    draft.save_revision().publish()


def page(
    client: Client, older: int = 1, newer: int = 2, *, query: str = "?lang=es", code: str = "en"
) -> Tag:
    """The Spanish text as an English reader sees it, without what only screen readers say."""
    response = client.get(FORM.format(code, older, newer, query))
    assert response.status_code == 200
    main = BeautifulSoup(response.content, "html.parser").main
    assert main is not None
    for said in main.select(".visually-hidden"):
        said.decompose()
    return main


def told(main: Tag) -> dict[str, str]:
    """What the table on top says became of each section."""
    rows = [[words(cell) for cell in row.find_all(["th", "td"])] for row in main.select("tbody tr")]
    return {row[0]: row[1] for row in rows if len(row) == 3}


def words(element: Tag) -> str:
    return " ".join(element.get_text().split())


def headings(main: Tag) -> list[str]:
    return [words(heading) for heading in main.select(".difference > section :is(h2, h3)")]


def test_words_are_marked_where_they_changed(client: Client, laws: DraftPage) -> None:
    rows = [section(heading) for heading in HEADINGS]
    rows[1]["body_es"] = "<p>Sobre metas y plazos trata este apartado.</p>"
    rows[1]["heading_es"] = "Metas anuales"
    republish(laws, rows)
    main = page(client)
    assert told(main) == {"2 Metas anuales": "changed"}
    changed = main.select_one(f"#s-{rows[1]['uid']}")
    assert changed is not None
    assert words(changed.ins) == "anuales"
    assert [words(mark) for mark in changed.select(".text :is(ins, del)")] == ["y plazos"]
    assert "Of 5 sections: 1 changed, 4 the same." in words(main)
    # Those that are the same are there, folded.
    assert len(main.select(".difference details")) == 4


def test_one_section_that_was_moved_is_one(client: Client, laws: DraftPage) -> None:
    rows = [section(heading) for heading in ["Plazos", *HEADINGS[:4]]]
    republish(laws, rows)
    assert told(page(client)) == {
        "1 Plazos": "moved, renumbered (5 → 1)",
        "2 Objeto": "renumbered (1 → 2)",
        "3 Metas": "renumbered (2 → 3)",
        "4 Fondo": "renumbered (3 → 4)",
        "5 Consejo": "renumbered (4 → 5)",
    }
    assert "Of 5 sections: 1 moved, 4 renumbered." in words(page(client))


def test_sections_that_went_stand_where_they_stood(client: Client, laws: DraftPage) -> None:
    republish(laws, [section(h) for h in ["Objeto", "Becas", "Consejo", "Plazos"]])
    main = page(client)
    assert [heading.split(" ·")[0] for heading in headings(main)] == [
        "1 Objeto",
        "2 Metas",
        "3 Fondo",
        "2 Becas",
        "3 Consejo",
        "4 Plazos",
    ]
    assert "Of 6 sections: 1 added, 2 removed, 2 renumbered, 1 the same." in words(main)
    assert [words(each.h2) for each in main.select("section.removed")] == [
        "2 Metas · removed",
        "3 Fondo · removed",
    ]
    # The way back is the other way round.
    back = page(client, 2, 1)
    assert "Of 6 sections: 2 added, 1 removed, 2 renumbered, 1 the same." in words(back)
    assert "This is the way back to version 1" in words(back)


def test_a_section_that_only_refers_to_other_numbers_did_not_change(
    client: Client, laws: DraftPage
) -> None:
    rows = [section(heading) for heading in HEADINGS]
    uid = rows[4]["uid"]
    rows[0]["body_es"] = f'<p>Véase <a linktype="section" uid="{uid}">5</a>.</p>'
    republish(laws, rows)
    del rows[3]
    republish(laws, rows)
    main = page(client, 2, 3)
    assert told(main) == {
        "1 Objeto": "only numbers of references changed",
        "4 Consejo": "removed",
        "4 Plazos": "renumbered (5 → 4)",
    }
    reference = main.select_one(f'a.reference[href="#s-{uid}"]')
    assert reference is not None
    assert (words(reference.find("del")), words(reference.ins)) == ("5", "4")


def test_other_formatting_is_no_other_wording(client: Client, laws: DraftPage) -> None:
    rows = [section(heading) for heading in HEADINGS]
    rows[2]["body_es"] = rows[2]["body_es"].replace("fondo", "<b>fondo</b>")
    republish(laws, rows)
    main = page(client)
    assert told(main) == {"3 Fondo": "only the form changed"}
    assert not main.select(".difference :is(ins, del)")


def test_the_table_counts_the_published_comments_of_each_section(
    client: Client, laws: DraftPage
) -> None:
    submit(laws, "Falta gente.", "Y dinero.", section=1, status="published")
    submit(laws, "Nadie lo lee todavía.", section=1, status="pending")
    rows = [section(heading) for heading in HEADINGS]
    rows[1]["body_es"] = "<p>Otra cosa.</p>"
    republish(laws, rows)
    count = page(client).select_one("tbody td:last-child")
    assert count is not None
    assert words(count) == "2"
    assert count.a["href"].endswith(f"/leyes/comments/?section={rows[1]['uid']}")


class TestLanguages:
    """English was changed in the first section, Spanish in the second."""

    @pytest.fixture(autouse=True)
    def changed(self, laws: DraftPage) -> None:
        rows = [section(heading) for heading in HEADINGS]
        rows[0] |= {"heading_en": "Object", "body_en": "<p>It is about work.</p>"}
        republish(laws, rows)
        rows[0] |= {"body_en": "<p>It is about all work.</p>"}
        rows[1] |= {"body_es": "<p>Otra cosa.</p>"}
        republish(laws, rows)

    @pytest.mark.parametrize("query", ["", "?lang=en", "?lang=fr", "?lang=%00"])
    def test_the_reader_s_own_comes_first(self, client: Client, query: str) -> None:
        main = page(client, 2, 3, query=query)
        assert list(told(main)) == ["1 Object"]
        assert [words(mark) for mark in main.select('.text[lang="en"] ins')] == ["all"]
        assert not main.select('.text[lang="es"]')
        assert "In 1 more, only the text in the other language changed." in words(main)
        # What is not translated is said to be.
        assert len(main.find_all(string="Not yet translated into English")) == 4

    def test_in_spanish_it_is_spanish(self, client: Client) -> None:
        assert list(told(page(client, 2, 3, code="es", query=""))) == ["2 Metas"]

    def test_the_other_can_be_asked_for(self, client: Client) -> None:
        main = page(client, 2, 3, query="?lang=es")
        assert list(told(main)) == ["2 Metas"]
        assert {each["lang"] for each in main.select(".text")} == {"es"}

    def test_both_stand_side_by_side(self, client: Client) -> None:
        main = page(client, 2, 3, query="?lang=both")
        assert list(told(main)) == ["1 Object", "2 Metas"]
        assert [each["lang"] for each in main.select("section:first-child .text")] == ["en", "es"]
        assert [each["lang"] for each in main.select("section:first-child h2 [lang]")] == [
            "en",
            "es",
        ]
        assert "only the text in the other language" not in words(main)


def test_the_same_version_twice_has_no_difference(client: Client, laws: DraftPage) -> None:
    main = page(client, 1, 1)
    assert "Both are the same version: there is no difference." in words(main)
    assert not main.select("section, table")


def test_it_leads_to_its_neighbours(client: Client, laws: DraftPage) -> None:
    for number in (2, 3, 4):
        republish(laws, [section(h, f"<p>Redacción {number}.</p>") for h in HEADINGS])
    links = {a["href"] for a in page(client, 2, 3).select(".steps a")}
    start = "/en/groups/ia-trabajo/leyes/versions/"
    assert links == {
        start,
        *(f"{start}{number}/" for number in (2, 3)),
        # The language stays as it was chosen.
        *(f"{start}{pair}/?lang=es" for pair in ("3...2", "1...2", "3...4")),
    }


@pytest.mark.parametrize("older, newer", [(1, 2), (0, 1), (1, 10**30)])
def test_versions_that_are_not_there_are_not_found(
    client: Client, laws: DraftPage, older: int, newer: int
) -> None:
    assert client.get(FORM.format("es", older, newer, "")).status_code == 404


def test_an_unpublished_draft_shows_no_difference(client: Client, laws: DraftPage) -> None:
    republish(laws, [section("Objeto")])
    laws.unpublish()
    assert client.get(FORM.format("es", 1, 2, "")).status_code == 404


def test_what_was_typed_is_text(client: Client, laws: DraftPage) -> None:
    republish(laws, [section("Objeto <script>alert(1)</script>", "<p>1 &lt; 2 & 3</p>")])
    main = page(client)
    assert not main.select("script")
    assert "Objeto <script>alert(1)</script>" in words(main.select_one("section.added h2"))
    assert "1 < 2 & 3" in words(main)


@pytest.mark.parametrize("how_many", [3, 40])
def test_it_asks_the_database_as_often_for_many_sections_as_for_few(
    client: Client, laws: DraftPage, how_many: int
) -> None:
    for number in (2, 3):
        link = f'<p>Vea <a linktype="page" id="{laws.pk}">esto</a>, {number}.</p>'
        republish(laws, [section(f"Apartado {n}", link) for n in range(how_many)])
    page(client, 2, 3)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        main = page(client, 2, 3, query="?lang=both")
    assert len(main.select('.text a[href="/en/groups/ia-trabajo/leyes/"]')) == how_many
    assert len(asked) <= 12, [query["sql"] for query in asked.captured_queries]


def test_a_difference_is_worked_out_once_for_each_language(
    client: Client, laws: DraftPage, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = settings.CACHES | {
        "versions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    republish(laws, [section(h, f"<p>Otra redacción de {h}.</p>") for h in HEADINGS])
    first = page(client)
    worked_out = []
    monkeypatch.setattr(
        "working_groups.differences.sections.compare",
        lambda older, newer: worked_out.append((older, newer)) or [],
    )
    assert str(page(client)) == str(first)
    assert not worked_out
    page(client, query="?lang=en")
    assert worked_out
