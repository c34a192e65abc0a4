import json
import re

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from consult.pages.models import EvidenceIndexPage, EvidencePage
from consult.responses.models import SummaryPage, ThemeSummary
from consult.search.engines.base import EngineUnavailable
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.submissions.actions import change_status
from consult.submissions.enums import Status
from consult.themes.models import Theme
from tests.factories import comment_on, make_draft
from tests.search.asking import found, search, text

pytestmark = pytest.mark.django_db


def test_a_published_comment_is_found_in_any_spelling(client, talk):
    for typed in ("educacion técnica", "EDUCACIÓN TECNICA", "educación tecnica"):
        response = search(client, q=typed, type="comment")
        assert found(response) == [f"/es/comments/{talk['es'].pk}/"]
        assert "<mark>educación</mark> <mark>técnica</mark>" in response.content.decode()


def test_what_waits_for_review_is_not_found(client, talk):
    assert found(search(client, q="secreta")) == []
    change_status([talk["pending"]], Status.PUBLISHED)
    assert found(search(client, q="secreta")) == [f"/es/comments/{talk['pending'].pk}/"]
    change_status([talk["pending"]], Status.HIDDEN)
    assert found(search(client, q="secreta")) == []


def test_private_data_of_a_respondent_are_not_found(client, draft):
    comment_on(
        draft,
        "Un texto.",
        status=Status.PUBLISHED,
        respondent={"email": "secreto@example.org", "name": "Reservada", "show_name": False},
    )
    comment_on(
        draft,
        "Otro texto.",
        status=Status.PUBLISHED,
        respondent={"organisation": "Universidad Visible", "show_name": True},
    )
    for typed in ("secreto", "example.org", "Reservada"):
        assert found(search(client, q=typed)) == []
    assert "Universidad <mark>Visible</mark>" in search(client, q="visible").content.decode()


def test_sections_are_found_in_both_languages_and_titled_in_the_readers(client, draft):
    spanish, english = (search(client, r, q="sierra", type="section") for r in ("es", "en"))
    section = draft.current_version.sections.all()[1]
    where = f"groups/ia-trabajo/formacion/#s-{section.uid}"
    assert found(spanish) == [f"/es/{where}"]
    assert found(english) == [f"/en/{where}"]
    assert ">1.1 Zonas rurales</a>" in spanish.content.decode()
    assert ">1.1 Rural areas</a>" in english.content.decode()
    assert '<p class="excerpt" lang="es">' in english.content.decode()


def test_a_theme_named_in_spanish_finds_english_texts_and_the_page_says_why(client, talk):
    response = search(client, "en", q="brecha digital")
    assert f"/en/comments/{talk['en'].pk}/" in found(response)
    assert "“brecha digital” names the theme “" in text(response)
    assert "Found by the words of the theme “" in text(response)
    assert '<p class="excerpt" lang="en">' in response.content.decode()
    assert "?q=brecha+digital&amp;exact=1" in response.content.decode()


def test_a_title_with_the_words_comes_with_the_text_in_the_readers_language(client, group):
    """Though only the other language's text has the theme's words."""
    section = {
        "heading_es": "Brecha digital",
        "heading_en": "The gap",
        "body_es": "<p>Nadie se queda sin red.</p>",
        "body_en": "<p>The digital divide closes.</p>",
    }
    make_draft(group, "red", sections=[section])
    html = search(client, q="brecha digital", type="section").content.decode()
    assert '<p class="excerpt" lang="es">Nadie' in html


def test_the_vocabulary_can_be_left_out(client, talk):
    response = search(client, "en", q="brecha digital", exact="1")
    assert f"/en/comments/{talk['es'].pk}/" in found(response)
    assert f"/en/comments/{talk['en'].pk}/" not in found(response)
    assert "names the theme" not in text(response)


def test_choices_of_a_facet_are_either_or_and_facets_add_up(client, talk):
    def numbers(**params):
        return set(found(search(client, type="comment", **params)))

    es, en = (f"/es/comments/{talk[code].pk}/" for code in ("es", "en"))
    assert numbers() == {es, en}
    assert numbers(stance=["support", "oppose"]) == {es, en}
    assert numbers(stance=["oppose"], theme=["equity"]) == {en}
    assert numbers(stance=["oppose"], theme=["digital-divide"]) == set()
    assert numbers(lang="en") == {en}
    assert numbers(draft="ia-trabajo/formacion", group="ia-trabajo") == {es, en}


def test_facets_say_what_they_would_leave(client, talk):
    html = " ".join(search(client, q="digital", type="comment").content.decode().split())
    assert re.search('name="stance" value="oppose"> [^<>]+ <span class="count">\\(1\\)', html)
    assert 'name="type" value="comment" checked>' in html
    assert 'value="neutral"' not in html


def test_hits_come_in_pages_that_keep_the_search(client, draft):
    for number in range(25):
        comment_on(draft, f"xilófono {number}", status=Status.PUBLISHED)
    first = search(client, q="xilófono", sort="newest")
    second = search(client, q="xilófono", sort="newest", page="2")
    assert (len(found(first)), len(found(second))) == (20, 5)
    assert '<ol class="hits" start="21">' in second.content.decode()
    assert "q=xil%C3%B3fono&amp;sort=newest&amp;page=2" in first.content.decode()
    assert len(found(search(client, q="xilófono", page="99"))) == 20


def test_most_of_the_words_will_do_where_no_text_has_all(client, talk):
    response = search(client, "en", q="educación técnica helicópteros")
    assert f"/en/comments/{talk['es'].pk}/" in found(response)
    assert "No text here has all of your words" in text(response)


def test_no_hits_come_with_advice(client, talk):
    response = search(client, "en", q="helicópteros")
    assert "No results" in text(response)
    assert '<a href="/en/themes/">' in response.content.decode()


def test_nonsense_is_left_aside_and_said(client, draft):
    sensible = found(search(client, "en", q="digital"))
    assert len(sensible) > 1
    for name, value in (
        ("type", "nonsense"),
        ("theme", "no-such"),
        ("stance", "<script>"),
        ("group", "x"),
        ("draft", "x"),
        ("lang", "tlh"),
        ("sector", "\x00"),
        ("state", "x" * 81),
        ("sort", "sideways"),
        ("page", "-1"),
        ("page", "²"),
        ("page", "9" * 5_000),
    ):
        response = search(client, "en", q="digital", **{name: value})
        assert response.status_code == 200
        assert "was ignored: “" in text(response), name
        assert found(response) == sensible
        assert "<script>" not in response.content.decode()


def test_words_beyond_the_limit_are_cut_and_it_is_said(client, talk):
    response = search(client, "en", q="digital " + "x" * 3_000)
    assert "may have at most 500 characters" in text(response)


def test_the_hostile_strings_find_what_they_find(client, talk, data):
    strings = [
        str(each)
        for name in ("blns.json", "xss_payloads.json")
        for each in json.loads((data / "hostile_input" / name).read_text("utf-8"))
    ]
    for typed in strings[::12]:
        response = client.get(
            "/es/search/", {"q": typed, "theme": typed, "state": typed, "page": typed}
        )
        assert response.status_code == 200
        assert "\x00" not in response.content.decode()
        html = response.content.decode()
        assert not re.search(r"<(script(?! src)|img|iframe|svg on)", html.partition("<main")[2])


def test_a_comment_is_text_in_its_excerpt(client, draft):
    comment_on(draft, "<b>negrita</b> &amp; <script>alert(1)</script>", status=Status.PUBLISHED)
    html = search(client, q="negrita").content.decode()
    assert "&lt;b&gt;<mark>negrita</mark>&lt;/b&gt; &amp;amp; &lt;script&gt;" in html


def test_an_engine_that_does_not_answer_is_said(client, draft, monkeypatch):
    def away(*args, **kwargs):
        raise EngineUnavailable("gone")

    monkeypatch.setattr(WhooshEngine, "search", away)
    for typed in ("digital", "digital state:Puebla"):
        response = search(client, "en", q=typed)
        assert response.status_code == 503
        assert "cannot answer at the moment" in text(response)
        assert f'value="{typed}"' in response.content.decode()


def evidence(**fields) -> EvidencePage:
    page = EvidencePage(
        slug="centro", heading_es="Centro de inteligencia", heading_en="Intelligence centre",
        body_es="<p>Robótica para preparatorias</p>", body_en="<p>Robotics for schools</p>", **fields
    )  # fmt: skip
    EvidenceIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return page


def test_evidence_is_found_while_it_is_public(client, site):
    page = evidence()
    assert found(search(client, q="robotica")) == ["/es/evidence/centro/"]
    page.unpublish()
    assert found(search(client, q="robotica")) == []
    page.save_revision().publish()
    assert found(search(client, "en", q="robotics")) == ["/en/evidence/centro/"]
    page.slug = "otro"
    page.save_revision().publish()
    assert found(search(client, q="robotica")) == ["/es/evidence/otro/"]
    restriction = PageViewRestriction.objects.create(
        page=EvidenceIndexPage.objects.get(), restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.set([Group.objects.first()])
    assert found(search(client, q="robotica")) == []
    restriction.delete()
    assert found(search(client, q="robotica")) == ["/es/evidence/otro/"]
    EvidencePage.objects.get().delete()
    assert found(search(client, q="robotica")) == []


def test_a_summary_is_found_by_what_it_says_of_a_theme(client, draft):
    page = SummaryPage(slug="summary", heading_es="Síntesis", body_es="<p>Muchas voces</p>")
    page.theme_summaries = [
        ThemeSummary(theme=Theme.objects.get(slug="equity"), text_es="<p>Piden caminos</p>")
    ]
    draft.add_child(instance=page)
    page.save_revision().publish()
    response = search(client, q="caminos", theme="equity", type="summary")
    assert found(response) == ["/es/groups/ia-trabajo/formacion/summary/"]


def test_groups_drafts_and_themes_are_found(client, draft):
    assert "/es/groups/ia-trabajo/" in found(search(client, q="IA trabajo", type="group"))
    assert found(search(client, q="borrador formacion", type="draft")) == [
        "/es/groups/ia-trabajo/formacion/"
    ]
    Theme.objects.get(slug="equity").save()
    assert "/es/themes/equity/" in found(search(client, type="theme", theme="equity"))


def test_a_new_version_replaces_its_sections(client, draft):
    old = draft.sections.get(heading_es="Zonas rurales")
    draft.sections.remove(old)
    first = draft.sections.first()
    first.body_es = "<p>Helicópteros para la sierra</p>"
    draft.sections = [first]
    draft.save_revision().publish()
    assert found(search(client, q="sierra", type="section")) == [
        f"/es/groups/ia-trabajo/formacion/#s-{first.uid}"
    ]


def test_an_unpublished_draft_takes_its_sections_and_comments_along(client, talk, draft):
    assert len(found(search(client, draft="ia-trabajo/formacion"))) == 5
    draft.unpublish()
    assert found(search(client, q="digital", type=["section", "comment", "draft"])) == []
    draft.refresh_from_db()
    draft.save_revision().publish()
    assert len(found(search(client, draft="ia-trabajo/formacion"))) == 5


def test_a_draft_at_another_address_is_found_there(client, talk, draft):
    search(client, q="digital")
    draft.slug = "otra-direccion"
    draft.save_revision().publish()
    assert len(found(search(client, draft="ia-trabajo/otra-direccion"))) == 5


def test_drafts_of_one_slug_in_two_groups_are_told_apart(
    client, draft, other_group, django_capture_on_commit_callbacks
):
    twin = make_draft(other_group, draft.slug, heading_es="Otra formación")
    for page in (draft, twin):
        comment_on(page, f"Un xilófono para {page.heading_es}.", status=Status.PUBLISHED)
    both = search(client, q="xilófono")
    assert len(found(both)) == 2
    for group, page in (("ia-trabajo", draft), ("infraestructura-digital", twin)):
        value = f"{group}/formacion"
        choice = f'name="draft" value="{value}"> {page.heading_es} <span class="count">(1)</span>'
        assert choice in both.content.decode()
        only = search(client, q="xilófono", draft=value)
        assert len(found(only)) == 1
        assert page.heading_es in text(only)
    # A group at another address takes its drafts along.
    other_group.slug = "redes"
    with django_capture_on_commit_callbacks(execute=True):
        other_group.save_revision().publish()
    assert found(search(client, draft="redes/formacion", type="draft")) == [
        "/es/groups/redes/formacion/"
    ]


def test_states_are_the_most_frequent_and_those_chosen(client, draft):
    def said(state: str, times: int = 1, **respondent: str) -> None:
        for _time in range(times):
            respondent["state"] = state
            comment_on(draft, "xilófono", status=Status.PUBLISHED, respondent=respondent)

    said("Sonora", 2)
    for number in range(24):
        said(f"Rincón {number:02}")
    said("", country="CL")

    def offered(**params: str) -> list[str]:
        html = search(client, q="xilófono", **params).content.decode()
        return re.findall('name="state" value="([^"]*)"', html)

    assert len(offered()) == 20
    assert offered()[0] == "Sonora"
    assert "CL" not in offered()
    assert "Rincón 23" not in offered()
    chosen = offered(state="Rincón 23")
    assert (len(chosen), "Rincón 23" in chosen) == (21, True)
    assert len(found(search(client, q="xilófono", state="Rincón 23"))) == 1


def test_a_search_costs_the_same_queries_with_one_hit_and_with_many(
    client, draft, django_assert_num_queries
):
    comment_on(draft, "xilófono", status=Status.PUBLISHED)
    search(client, q="xilófono")
    with django_assert_num_queries(6):
        assert len(found(search(client, q="xilófono"))) == 1
    for number in range(20):
        comment_on(draft, f"xilófono {number}", status=Status.PUBLISHED, themes=("equity",))
    search(client, q="xilófono")
    with django_assert_num_queries(6):
        assert len(found(search(client, q="xilófono"))) == 20
