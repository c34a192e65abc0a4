import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from consult.submissions.models import Comment
from consult.themes.models import Theme
from tests.factories import comment_on, make_draft, submit
from tests.working_groups.test_editor import editor_form
from working_groups.models import DraftPage, WorkingGroupPage

PATH = "/groups/ia-trabajo/formacion/"


def publish(draft: DraftPage, **fields: Any) -> DraftPage:
    """`draft` published again with other `fields`."""
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision().publish()
    return DraftPage.objects.get(pk=draft.pk)


def text_of(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html.decode()))


def long_draft(group: WorkingGroupPage, slug: str, sections: int) -> DraftPage:
    """A draft of so many sections, each with a theme, and 200 published comments spread over them."""
    draft = make_draft(
        group,
        slug,
        sections=[
            {
                "level": 1 + order % 3,
                "heading_es": f"Apartado {order}",
                "heading_en": f"Section {order}",
                "body_es": f"<p>Texto {order}.</p>" * 20,
                "body_en": f"<p>Text {order}.</p>" * 20,
            }
            for order in range(sections)
        ],
    )
    themes = list(Theme.objects.all())
    rows = list(draft.sections.all())
    for order, section in enumerate(rows):
        section.themes = themes[order % 16 : order % 16 + 1]
    draft.sections, draft.themes = rows, themes[:3]
    draft = publish(draft)
    version = draft.current_version
    assert version is not None
    sent = submit(draft, *["Un comentario."] * 200, themes=("equity",), status="published")
    places = list(version.sections.all())
    for order, comment in enumerate(sent.comments.all()):
        Comment.objects.filter(pk=comment.pk).update(section=places[order % sections])
    return draft


@pytest.mark.parametrize("code", ["es", "en"])
def test_a_draft_costs_as_many_queries_with_one_section_as_with_two_hundred(
    group: WorkingGroupPage,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    code: str,
) -> None:
    costs = {}
    for slug, sections in (("corto", 1), ("largo", 200)):
        long_draft(group, slug, sections)
        address = f"/{code}/groups/ia-trabajo/{slug}/"
        # Wagtail keeps the addresses of sites in its cache; of the draft nothing is kept yet.
        client.get(f"/{code}/")
        with django_assert_max_num_queries(12) as queries:
            response = client.get(address)
        assert response.content.count(b'<section class="section" id="s-') == sections
        costs[slug] = len(queries)
    assert costs["corto"] == costs["largo"]


def test_a_draft_that_was_changed_and_extended_costs_no_more(
    group: WorkingGroupPage, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    draft = long_draft(group, "largo", 30)
    rows = list(draft.sections.all())
    rows[0].body_es = "<p>Otro texto.</p>"
    assert draft.closes_at
    publish(draft, sections=rows[:-1], closes_at=draft.closes_at + timedelta(days=1))
    address = "/es/groups/ia-trabajo/largo/"
    client.get(address)
    with django_assert_max_num_queries(12):
        said = text_of(client.get(address).content)
    assert "sobre una redacción anterior" in said
    assert "Plazo ampliado el" in said


def test_the_first_screen_says_what_until_when_and_how_many(
    draft: DraftPage, client: Client
) -> None:
    publish(draft, closes_at=timezone.now() + timedelta(days=7))
    submit(draft, "Uno.", "Dos.")
    submit(draft, "Tres.")
    response = client.get(f"/en{PATH}")
    said = text_of(response.content)
    assert "Open for comments · 7 days left" in said
    assert "Central Mexico time" in said
    assert "Submissions received 2" in said
    assert "Draft by the working group AI and work ." in said
    assert f'href="/en{PATH}take-part/"' in response.content.decode()


def test_one_may_comment_only_while_it_is_open(draft: DraftPage, client: Client) -> None:
    now = timezone.now()
    offered = {}
    for phase, opens, closes in (("upcoming", 1, 9), ("open", -1, 9), ("analysis", -9, -1)):
        publish(draft, opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes))
        html = client.get(f"/es{PATH}").content.decode()
        assert f'class="phase {phase}"' in html
        offered[phase] = html.count("take-part/?section=")
    assert offered == {"upcoming": 0, "open": 2, "analysis": 0}


def test_sections_count_published_comments_of_every_version(
    draft: DraftPage, client: Client
) -> None:
    comment_on(draft, "Publicado.", status="published", stance="oppose")
    comment_on(draft, "En espera.", status="pending")
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Nuevas palabras.</p>"
    draft = publish(draft, sections=sections)
    assert draft.current_version is not None
    comment_on(draft, "También.", status="published", stance="support")
    html = client.get(f"/en{PATH}").content.decode()
    assert 'aria-label="1 support, 1 oppose"' in html
    uid = sections[0].uid
    linked = re.search(rf'<a href="/en{PATH}comments/\?section={uid}">([^<]*)', html)
    assert linked
    assert linked[1].strip() == "2 comments"


def test_what_is_not_translated_is_said_where_it_stands(
    group: WorkingGroupPage, client: Client
) -> None:
    make_draft(
        group, "formacion", sections=[{"heading_es": "Objeto", "body_es": "<p>Sólo español.</p>"}]
    )
    html = client.get(f"/en{PATH}").content.decode()
    assert '<span lang="es">Objeto</span>' in html
    assert "Not yet translated into English" in html
    assert '<div class="text" lang="es"><p>Sólo español.</p></div>' in html
    html = client.get(f"/es{PATH}").content.decode()
    assert 'lang="es"><p>' not in html


def test_both_languages_are_paired_by_section(draft: DraftPage, client: Client) -> None:
    html = client.get(f"/en{PATH}bilingual/").content.decode()
    pairs = re.findall(r'<div lang="(..)">\s*<h2>\s*<span class="n">1</span> ([^<]*)', html)
    assert [(code, heading.strip()) for code, heading in pairs] == [
        ("en", "Basic training"),
        ("es", "Formación básica"),
    ]


def test_every_version_can_be_read_for_ever(draft: DraftPage, client: Client) -> None:
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Palabras de la segunda.</p>"
    publish(draft, sections=sections)
    listed = client.get(f"/es{PATH}versions/").content.decode()
    assert re.findall(r"<h2>\s*<a href=\"/es[^\"]*versions/(\d)/", listed) == ["2", "1"]
    first = client.get(f"/es{PATH}versions/1/").content.decode()
    assert "competencias digitales" in first
    assert "Palabras de la segunda" not in first
    assert "Palabras de la segunda" in client.get(f"/es{PATH}versions/2/").content.decode()
    assert client.get(f"/es{PATH}versions/3/").status_code == 404


def test_the_preview_shows_each_language_with_sections_not_published_yet(
    draft: DraftPage, rf: Any
) -> None:
    sections = list(draft.sections.all())
    sections[0].heading_es, sections[0].heading_en = "Título nuevo", "New heading"
    draft.sections = sections
    for code, words in (("es", "Título nuevo"), ("en", "New heading")):
        response = draft.make_preview_request(preview_mode=code)
        assert response.status_code == 200
        html = response.rendered_content if hasattr(response, "rendered_content") else ""
        html = html or response.content.decode()
        assert words in html
        assert f'<html lang="{code}">' in html
        assert "take-part/?section=" not in html


def test_a_draft_can_be_previewed_before_it_is_saved(
    client: Client, staff_user: User, group: WorkingGroupPage
) -> None:
    client.force_login(staff_user)
    kind = ("working_groups", "draftpage")
    address = reverse("wagtailadmin_pages:preview_on_add", args=(*kind, group.pk))
    dates = {"opens_at": "2026-01-01 10:00", "closes_at": "2027-01-01 10:00"}
    assert client.post(address, editor_form(**dates)).json()["is_valid"]
    assert "New draft" in text_of(client.get(address, {"mode": "en"}).content)


@pytest.mark.parametrize("path", ["", "bilingual/", "versions/1/", "versions/1...2/"])
def test_no_heading_is_skipped_where_an_author_skipped_a_level(
    client: Client, group: WorkingGroupPage, path: str
) -> None:
    headings = [{"level": level, "heading_es": f"Apartado {level}"} for level in (1, 3, 3, 2)]
    draft = make_draft(group, "saltos", sections=headings)
    rows = list(draft.sections.all())
    for row in rows:
        row.heading_es += " otra vez"
    publish(draft, sections=rows)
    found = client.get(f"/es{draft.url.partition('/es')[2]}{path}")
    levels = re.findall(r'<h(\d)[^>]*>\s*<span class="n">', found.content.decode())
    assert levels == ["2", "3", "3", "3"]
