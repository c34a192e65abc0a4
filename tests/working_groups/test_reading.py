"""Sections as readers get them: notes, references, terms, what is behind in translation."""

import re
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client

from tests.factories import make_draft
from working_groups.models import DraftPage, GlossaryTerm, WorkingGroupPage

PATH = "/groups/ia-trabajo/formacion/"
FIRST, SECOND = str(uuid4()), str(uuid4())


def reference(uid: str, number: str) -> str:
    return f'<a linktype="section" uid="{uid}">{number}</a>'


def sections(**first: Any) -> list[dict[str, Any]]:
    return [
        {"uid": FIRST, "heading_es": "Objeto", "heading_en": "Purpose", **first},
        {
            "uid": SECOND,
            "heading_es": "Alcance",
            "heading_en": "Scope",
            "body_es": f"<p>Según {reference(FIRST, '7')}, y una nota<small>Con <b>razón</b>.</small>.</p>",
            "body_en": "<p>As said.</p>",
        },
    ]


def page(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html.parser")


def test_notes_stand_below_their_section_and_are_counted_through(
    group: WorkingGroupPage, client: Client
) -> None:
    make_draft(
        group,
        "formacion",
        sections=sections(body_es="<p>Uno<small>La primera.</small> y dos<small>Otra.</small></p>"),
    )
    html = page(client, f"/es{PATH}")
    marks = html.select("sup.mark a")
    assert [mark.text for mark in marks] == ["1", "2", "3"]
    notes = [html.find(id=str(mark["href"]).removeprefix("#")) for mark in marks]
    assert [note.span.decode_contents() for note in notes] == [
        "La primera.",
        "Otra.",
        "Con <b>razón</b>.",
    ]
    # And back again.
    assert [note.a["href"] for note in notes] == [f"#{mark['id']}" for mark in marks]
    assert notes[2].find_parent(id=f"s-{SECOND}")


def test_a_reference_follows_the_section_it_is_about(
    group: WorkingGroupPage, client: Client
) -> None:
    draft = make_draft(group, "formacion", sections=sections(body_es="<p>Uno.</p>"))
    link = page(client, f"/es{PATH}").select_one("a.reference")
    assert (link.text, link["href"]) == ("1", f"#s-{FIRST}")
    rows = list(draft.sections.all())
    rows[0].sort_order, rows[1].sort_order = 1, 0
    draft.sections = sorted(rows, key=lambda row: row.sort_order)
    draft.save_revision().publish()
    assert page(client, f"/es{PATH}").select_one("a.reference").text == "2"
    # The version before says what it said.
    assert page(client, f"/es{PATH}versions/1/").select_one("a.reference").text == "1"


def test_a_reference_to_a_section_that_left_is_words_and_leads_nowhere(
    group: WorkingGroupPage, client: Client
) -> None:
    draft = make_draft(group, "formacion", sections=sections(body_es="<p>Uno.</p>"))
    draft.sections = list(draft.sections.all())[1:]
    draft.save_revision().publish()
    html = page(client, f"/es{PATH}")
    assert "Según 7, y" in html.select_one(".text").text
    assert not html.select("a.reference")


@pytest.fixture
def terms(db: None) -> None:
    GlossaryTerm.objects.create(
        term_es="brecha digital",
        other_forms_es="brechas digitales",
        definition_es="Distancia entre quienes tienen red y quienes no.",
        term_en="digital divide",
        definition_en="The distance between those with a network and those without.",
    )
    GlossaryTerm.objects.create(
        term_es="IA", definition_es="Inteligencia artificial.", term_en="AI", definition_en=""
    )


def test_a_term_is_explained_once_a_section_where_it_stands(
    group: WorkingGroupPage, client: Client, terms: None
) -> None:
    text = (
        "<p>Las Brechas Digitales, la brecha digital y la IA; ni vía ni ia."
        "<small>brecha digital</small></p>"
    )
    make_draft(group, "formacion", sections=sections(body_es=text))
    html = page(client, f"/es{PATH}")
    links = html.select("a.term")
    assert [link.text for link in links] == ["Brechas Digitales", "IA"]
    definition = html.find(id=str(links[0]["href"]).removeprefix("#"))
    assert "brecha digital: Distancia entre" in " ".join(definition.text.split())
    assert definition.select_one("a.button")["href"] == f"#{links[0]['id']}"


def test_a_definition_in_the_other_language_only_is_marked_as_such(
    group: WorkingGroupPage, client: Client, terms: None
) -> None:
    make_draft(group, "formacion", sections=sections(body_es="<p>IA</p>", body_en="<p>AI</p>"))
    definition = page(client, f"/en{PATH}").select_one(".definition")
    assert definition.find(lang="es").text == "Inteligencia artificial."


def test_both_languages_have_notes_and_terms_of_their_own(
    group: WorkingGroupPage, client: Client, terms: None
) -> None:
    make_draft(
        group,
        "formacion",
        sections=sections(
            body_es="<p>La brecha digital<small>Nota.</small></p>",
            body_en="<p>The digital divide<small>Note.</small></p>",
        ),
    )
    html = page(client, f"/es{PATH}bilingual/")
    ids = [element["id"] for element in html.find_all(id=True)]
    assert len(ids) == len(set(ids))
    english = html.select_one('.pair > [lang="en"]')
    assert english.select_one("a.term").text == "digital divide"
    assert "Back to the text" in english.select_one(".definition").text
    assert "Note." in english.select_one(".notes").text


def test_a_definition_that_changes_is_shown_within_a_minute(
    group: WorkingGroupPage, client: Client, terms: None
) -> None:
    make_draft(group, "formacion", sections=sections(body_es="<p>La IA.</p>"))
    page(client, f"/es{PATH}")
    GlossaryTerm.objects.filter(term_es="IA").update(definition_es="Otra cosa.")
    cache.clear()
    assert "Otra cosa." in page(client, f"/es{PATH}").select_one(".definition").text


def test_readers_are_told_quietly_what_is_behind(group: WorkingGroupPage, client: Client) -> None:
    draft = make_draft(
        group, "formacion", sections=sections(body_es="<p>A</p>", body_en="<p>B</p>")
    )
    # Where nothing is reviewed it is said once, and not at every section.
    said = [note.text.strip() for note in page(client, f"/en{PATH}").select(".quiet-note")]
    assert said == ["Nobody has reviewed this translation yet."]
    assert not page(client, f"/es{PATH}").select(".quiet-note")
    rows = list(draft.sections.all())
    for row in rows:
        row.mark_translation("reviewed")
    rows[0].body_es = "<p>C</p>"
    draft.sections = rows
    draft.mark_translation("reviewed")
    draft.save_revision().publish()
    told = page(client, f"/en{PATH}").select(".quiet-note")
    assert [note.text.strip() for note in told] == [
        "The Spanish text was changed after this translation was reviewed."
    ]
    assert told[0].find_parent(id=f"s-{FIRST}")
    assert "changed after this translation" in page(client, f"/en{PATH}bilingual/").text
    # What was not so then is not said of an earlier version.
    assert not page(client, f"/en{PATH}versions/1/").select(".quiet-note")


def test_a_version_says_which_it_is_and_how_it_is_cited(draft: DraftPage, client: Client) -> None:
    for words in ("segunda", "tercera"):
        rows = list(draft.sections.all())
        rows[0].body_es = f"<p>La {words}.</p>"
        draft.sections = rows
        draft.save_revision().publish()
    html = page(client, f"/en{PATH}versions/1/")
    text = " ".join(html.text.split())
    assert "You are reading version 1 of 3. The current one differs in 1 section." in text
    assert html.find("a", href=f"/en{PATH}versions/1...3/")
    first = draft.versions.get(number=1)
    cited = " ".join(html.select_one(".keep p").text.split())
    assert f"http://testserver/en{PATH}versions/1/" in cited
    assert first.digest in cited
    assert re.search(r"version 1, \w+ \d+, \d{4}, \d\d:\d\d", cited)


@pytest.mark.parametrize("typed", ["İstanbul", "İA", "ıa", "ſ"])
def test_letters_that_fold_otherwise_break_no_page(
    group: WorkingGroupPage, client: Client, terms: None, typed: str
) -> None:
    GlossaryTerm.objects.create(term_es="istanbul", definition_es="Una ciudad.")
    make_draft(group, "formacion", sections=sections(body_es=f"<p>{typed}</p>"))
    assert typed in page(client, f"/es{PATH}").text
