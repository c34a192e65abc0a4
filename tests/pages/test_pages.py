from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from consult.pages.models import EvidenceIndexPage, EvidencePage, HomePage, PlainPage
from consult.responses.models import SummaryPage
from consult.themes.models import Theme
from tests.factories import comment_on, make_draft
from working_groups.models import DraftPage, Member, WorkingGroupPage


def headings(html: bytes, selector: str) -> list[str]:
    found = BeautifulSoup(html, "html.parser").select(selector)
    return [" ".join(each.text.split()) for each in found]


def make_evidence(slug: str, **fields: str) -> EvidencePage:
    page = EvidencePage(slug=slug, **fields)
    page.themes = Theme.objects.filter(slug="equity")
    EvidenceIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return page


def test_the_front_page_begins_with_what_one_can_comment_on(
    group: WorkingGroupPage, client: Client
) -> None:
    now = timezone.now()
    dates = {
        "closed": (-9, -2),
        "answered": (-9, -1),
        "upcoming": (3, 9),
        "later": (-1, 9),
        "sooner": (-1, 5),
    }
    for slug, (opens, closes) in dates.items():
        make_draft(group, slug, opens_at=now + timedelta(opens), closes_at=now + timedelta(closes))
    make_draft(group, "undated", opens_at=None, closes_at=None)
    make_draft(group, "unpublished", publish=False).unpublish()
    answered = DraftPage.objects.get(slug="answered")
    summary = SummaryPage(slug="summary", heading_es="Síntesis")
    answered.add_child(instance=summary)
    summary.save_revision().publish()

    response = client.get("/en/")
    assert headings(response.content, ".item h3") == [
        "Draft sooner",
        "Draft later",
        "Draft upcoming",
        "Draft undated",
        "Draft answered",
        "Draft closed",
    ]
    assert headings(response.content, ".item .status") == [
        "Open for comments · 5 days left",
        "Open for comments · 9 days left",
        "Opens soon",
        "In preparation",
        "Answered",
        "Closed, under analysis",
    ]
    page = BeautifulSoup(response.content, "html.parser")
    form = page.select("main form")[0]
    assert (form["action"], form.select("input")[0]["name"]) == ("/en/search/", "q")


def test_an_answered_draft_leads_to_its_summary(draft: DraftPage, client: Client) -> None:
    draft.opens_at, draft.closes_at = timezone.now() - timedelta(9), timezone.now() - timedelta(1)
    draft.save_revision().publish()
    address = "/es/groups/ia-trabajo/formacion/"
    assert f"{address}summary/" not in client.get(address).content.decode()
    summary = SummaryPage(slug="summary", heading_es="Síntesis")
    DraftPage.objects.get().add_child(instance=summary)
    summary.save_revision().publish()
    assert f'class="button" href="{address}summary/"' in client.get(address).content.decode()


def test_a_group_shows_its_chairs_first(group: WorkingGroupPage, client: Client) -> None:
    group.members = [
        Member(name="Beto", role="member", sector="industry", organisation_es="Taller"),
        Member(name="Ana", role="chair", sector="academia", organisation_es="Escuela"),
    ]
    group.save_revision().publish()
    html = client.get("/en/groups/ia-trabajo/").content
    assert headings(html, "tbody th") == ["Ana", "Beto"]
    assert headings(html, "tbody tr")[0] == "Ana co-chair Escuela academia"


def test_a_theme_gathers_all_that_is_about_it(draft: DraftPage, client: Client) -> None:
    equity = Theme.objects.filter(slug="equity")
    sections = list(draft.sections.all())
    sections[1].themes = equity
    sections[1].heading_es, sections[1].heading_en = "La sierra", "The mountains"
    draft.sections, draft.themes = sections, equity
    draft.save_revision().publish()
    draft = DraftPage.objects.get()
    comment_on(draft, "Publicado.", themes=("equity",), status="published")
    comment_on(draft, "De otro tema.", themes=("ethics",), status="published")
    comment_on(draft, "En espera.", themes=("equity",), status="pending")
    make_evidence("centro", heading_es="Un centro", heading_en="A centre")

    html = client.get("/en/themes/equity/").content
    assert headings(html, ".item h3") == ["Draft formacion", "A centre"]
    # As the current version names it, not as those before it did.
    assert headings(html, "main ul a[href*='#s-']") == ["1.1 The mountains"]
    assert headings(html, ".comment .written") == ["Publicado."]
    assert headings(html, "main h2")[2] == "1 published comment"
    assert client.get("/en/themes/nobody/").status_code == 404


def test_a_theme_without_anything_says_so(site: HomePage, client: Client) -> None:
    html = client.get("/en/themes/equity/").content.decode()
    assert "No draft is about this theme yet." in html
    assert "0 published comments" in html


def test_evidence_names_its_source(site: HomePage, client: Client) -> None:
    make_evidence(
        "centro",
        heading_es="Un centro",
        summary_es='Lo que "hay".',
        body_es="<p>Abrió.</p>",
        source_es="Un informe",
        source_url="https://example.org/informe",
    )
    assert headings(client.get("/es/evidence/").content, ".item h2") == ["Un centro"]
    html = client.get("/en/evidence/centro/").content.decode()
    assert "Not yet translated into English" in html
    assert '<span lang="es">Un centro</span>' in html
    # An attribute holds text only.
    assert '<meta name="description" content="Lo que &quot;hay&quot;.">' in html
    assert '<a href="https://example.org/informe" rel="noopener">' in html


def test_an_editors_text_is_cleaned_its_links_lead_and_its_tables_scroll(
    site: HomePage, client: Client
) -> None:
    about, privacy = PlainPage.objects.get(slug="about"), PlainPage.objects.get(slug="privacy")
    about.body_en = (
        f'<p onclick="x()">See <a linktype="page" id="{privacy.pk}">this</a>'
        "<script>alert(1)</script></p><table><tr><td>1</td></tr></table>"
    )
    about.save_revision().publish()
    main = client.get("/en/about/").content.decode().split("<main")[1]
    assert '<a href="/en/privacy/">this</a>' in main
    assert "script" not in main
    assert "onclick" not in main
    table = BeautifulSoup(main, "html.parser").select(".wide > table")
    assert len(table) == 1


@pytest.mark.parametrize(
    ("slug", "fixed"),
    [
        ("groups", True),
        ("themes", True),
        ("evidence", True),
        ("accessibility", True),
        ("other", False),
    ],
)
def test_the_slugs_that_others_rely_on_stay(
    site: HomePage, client: Client, staff_user: User, slug: str, fixed: bool
) -> None:
    if slug == "other":
        site.add_child(instance=PlainPage(slug=slug, heading_es="Otra"))
    page = site.get_children().get(slug=slug).specific
    client.force_login(staff_user)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = client.get(address).context["form"]
    posted = {name: form[name].value() or "" for name in form.fields}
    if "body_es" in posted:
        posted |= {"body_es": rich_text(""), "body_en": rich_text("")}
    asked = posted | {
        "slug": "renamed",
        "comments": inline_formset([]),
        "action-publish": "1",
    }
    assert client.post(address, nested_form_data(asked)).status_code == 302
    page.refresh_from_db()
    assert page.slug == (slug if fixed else "renamed")


def test_which_language_prevails_is_said_of_every_draft(draft: DraftPage, client: Client) -> None:
    html = client.get("/en/groups/ia-trabajo/formacion/").content.decode()
    assert "If the two languages differ, the text in Spanish prevails." in html
