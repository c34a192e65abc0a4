import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from consult.pages.models import HomePage, PlainPage
from working_groups.models import DraftPage, GroupIndexPage


def soup_of(html: bytes) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize(
    ("code", "labels", "other"),
    [
        ("es", ["Mesas de trabajo", "Temas", "Evidencia"], "English"),
        ("en", ["Working groups", "Themes", "Evidence"], "Español"),
    ],
)
def test_the_menu_follows_the_page_tree(
    site: HomePage, client: Client, code: str, labels: list[str], other: str
) -> None:
    links = soup_of(client.get(f"/{code}/").content).select("header nav a")
    assert [link.text.strip() for link in links[:3]] == labels
    assert links[-1].text == other
    site.get_children().get(slug="themes").move(site, pos="first-child")
    Page.objects.filter(slug="evidence").update(show_in_menus=False)
    links = soup_of(client.get(f"/{code}/").content).select("header nav a")
    assert [link.text.strip() for link in links[:2]] == [labels[1], labels[0]]
    assert len(links) == 4


@pytest.mark.parametrize(
    "path",
    [
        "",
        "groups/ia-trabajo/formacion/",
        "groups/ia-trabajo/formacion/comments/?stance=support&page=1",
        "groups/ia-trabajo/formacion/versions/1/",
        "themes/equity/",
        "privacy/?x=%C3%A1",
    ],
)
def test_the_switcher_stays_on_the_page_and_keeps_the_query(
    draft: DraftPage, client: Client, path: str
) -> None:
    for code, other in (("es", "en"), ("en", "es")):
        switch = soup_of(client.get(f"/{code}/{path}").content).select("header nav a")[-1]
        assert switch["href"] == f"/{other}/{path}"
        assert switch["lang"] == switch["hreflang"] == other
        assert client.get(str(switch["href"])).status_code == 200


def test_each_page_names_its_languages_to_search_engines(draft: DraftPage, client: Client) -> None:
    page = soup_of(client.get("/en/groups/ia-trabajo/formacion/?q=1").content)
    assert page.html is not None
    assert page.html["lang"] == "en"
    address = "http://testserver/{}/groups/ia-trabajo/formacion/"
    assert {
        str(link.get("hreflang", "canonical")): link["href"]
        for link in page.select("link[rel=canonical], link[rel=alternate][hreflang]")
    } == {
        "canonical": address.format("en"),
        "es": address.format("es"),
        "en": address.format("en"),
        "x-default": address.format("es"),
    }


def test_the_way_down_is_shown(draft: DraftPage, client: Client) -> None:
    trail = soup_of(client.get("/en/groups/ia-trabajo/formacion/comments/").content)
    assert [link["href"] for link in trail.select("nav.trail a")] == [
        "/en/groups/",
        "/en/groups/ia-trabajo/",
        "/en/groups/ia-trabajo/formacion/",
    ]
    trail = soup_of(client.get("/en/groups/ia-trabajo/").content)
    assert [link["href"] for link in trail.select("nav.trail a")] == ["/en/groups/"]


def test_every_link_of_the_frame_leads_somewhere(site: HomePage, client: Client) -> None:
    for code in ("es", "en"):
        page = soup_of(client.get(f"/{code}/").content)
        links = {str(a["href"]) for a in page.select("header a, footer a")}
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
        assert {
            f"/{code}/{path}/" for path in ("privacy", "accessibility", "about", "ledger")
        } < links


def test_pages_are_found_at_any_depth_and_nowhere_else(site: HomePage, client: Client) -> None:
    parent = PlainPage.objects.get(slug="about")
    child = PlainPage(slug="team", heading_es="Equipo", body_es="<p>Somos.</p>")
    parent.add_child(instance=child)
    child.save_revision().publish()
    assert client.get("/es/about/team/").status_code == 200
    assert client.get("/es/team/").status_code == 404
    assert client.get("/es/about/team/nobody/").status_code == 404
    child.unpublish()
    assert client.get("/es/about/team/").status_code == 404
    # A page that is not published does not hide those below it, as in Wagtail.
    child.save_revision().publish()
    parent.unpublish()
    assert client.get("/es/about/team/").status_code == 200


def test_a_private_page_and_all_below_it_ask_for_a_sign_in(
    draft: DraftPage, client: Client, admin_user: User
) -> None:
    PageViewRestriction.objects.create(
        page=GroupIndexPage.objects.get(), restriction_type=PageViewRestriction.LOGIN
    )
    for path in ("groups/", "groups/ia-trabajo/", "groups/ia-trabajo/formacion/"):
        assert client.get(f"/es/{path}").status_code == 302
    assert client.get("/es/groups/ia-trabajo/formacion/versions/1/").status_code == 404
    assert "formacion" not in client.get("/es/").content.decode()
    client.force_login(admin_user)
    assert client.get("/es/groups/ia-trabajo/formacion/").status_code == 200


def test_an_alias_is_as_private_as_what_it_is_an_alias_of(site: HomePage, client: Client) -> None:
    privacy = PlainPage.objects.get(slug="privacy")
    alias = privacy.create_alias(parent=site, update_slug="copy")
    assert client.get("/es/copy/").status_code == 200
    PageViewRestriction.objects.create(page=privacy, restriction_type=PageViewRestriction.LOGIN)
    assert alias.alias_of_id == privacy.pk
    assert client.get("/es/copy/").status_code == 302


@pytest.mark.parametrize(("code", "words"), [("es", "/es/search/"), ("en", "Page not found")])
def test_a_missing_page_says_so_in_the_readers_language(
    site: HomePage, client: Client, code: str, words: str
) -> None:
    response = client.get(f"/{code}/nothing-here/")
    assert response.status_code == 404
    assert words in response.content.decode()
    page = soup_of(response.content)
    assert page.html is not None
    assert page.html["lang"] == code
    assert not page.select("link[rel=canonical]")
    other = {"es": "/en/", "en": "/es/"}[code]
    assert str(page.select("header nav a")[-1]["href"]).startswith(other)


def test_a_failure_asks_nothing_of_the_database(client: Client) -> None:
    from django.test import RequestFactory
    from django.views.defaults import server_error

    # Without the `db` fixture any query fails the test.
    html = server_error(RequestFactory().get("/es/")).content.decode()
    assert "Algo falló de nuestro lado" in html
    assert re.search(r'<div lang="en">\s*<h2>Something went wrong on our side</h2>', html)


def test_a_form_without_its_cookie_is_told_what_to_do(draft: DraftPage) -> None:
    response = Client(enforce_csrf_checks=True).post(
        "/en/groups/ia-trabajo/formacion/take-part/", {}
    )
    assert response.status_code == 403
    assert "Nothing was received." in response.content.decode()
