"""Chairs and staff save searches: their own, in the administration, over what everybody may read."""

import html

import pytest
from django.test import Client

from consult.search.models import SavedSearch

pytestmark = pytest.mark.django_db

SCREEN = "/admin/saved-searches/"
QUERY = "q=brecha+digital&theme=equity&theme=ethics&sort=newest"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(client: Client, name: str, query: str = QUERY):
    return client.post(f"{SCREEN}?{query}", {"name": name})


def test_a_search_is_kept_opened_renamed_and_deleted(draft, chair):
    client = signed_in(chair)
    offered = html.unescape(client.get(f"{SCREEN}?{QUERY}&page=3").content.decode())
    assert "brecha digital · " in offered
    assert save(client, "Lo de la brecha").status_code == 302
    for screen in (SCREEN, "/admin/"):
        page = html.unescape(client.get(screen).content.decode())
        assert "Lo de la brecha" in page, screen
        assert f'/search/?{QUERY}"' in page, screen
    kept = SavedSearch.objects.get()
    client.post(f"{SCREEN}{kept.pk}/rename/", {"name": "La <b>brecha</b>"})
    page = client.get(SCREEN).content.decode()
    assert "La &lt;b&gt;brecha&lt;/b&gt;" in page
    assert "<b>brecha" not in page
    client.post(f"{SCREEN}{kept.pk}/delete/")
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 101], ids=["none", "blank", "long"])
def test_a_name_that_is_none_is_said_and_nothing_is_changed(draft, chair, name):
    client = signed_in(chair)
    assert save(client, name).status_code == 422
    save(client, "Uno")
    kept = SavedSearch.objects.get()
    client.post(f"{SCREEN}{kept.pk}/rename/", {"name": name})
    kept.refresh_from_db()
    assert kept.name == "Uno"


def test_a_search_too_long_to_keep_is_said(draft, chair):
    response = save(signed_in(chair), "Larga", f"q={'ñ' * 400}")
    assert response.status_code == 422
    assert "help-critical" in response.content.decode()
    assert not SavedSearch.objects.exists()


def test_nobody_sees_or_changes_anothers(draft, chair, other_chair):
    save(signed_in(chair), "Sólo mía")
    kept = SavedSearch.objects.get()
    other = signed_in(other_chair)
    for screen in (SCREEN, "/admin/"):
        assert "Sólo mía" not in other.get(screen).content.decode()
    assert other.post(f"{SCREEN}{kept.pk}/rename/", {"name": "x"}).status_code == 404
    assert other.post(f"{SCREEN}{kept.pk}/delete/").status_code == 404
    assert other.get(f"{SCREEN}{kept.pk}/delete/").status_code == 405
    kept.refresh_from_db()
    assert kept.name == "Sólo mía"


def test_who_is_not_signed_in_has_none(client, draft):
    for address in (SCREEN, f"{SCREEN}1/rename/", f"{SCREEN}1/delete/"):
        response = client.post(address, {"name": "x"})
        assert response.status_code == 302
        assert "/admin/login/" in response["Location"]


def test_the_public_page_is_the_same_for_everybody(client, draft, chair):
    owner = signed_in(chair)
    save(owner, "Sólo en la administración")
    address = f"/es/search/?{QUERY}"
    page, theirs = client.get(address), owner.get(address)
    assert page.content == theirs.content
    assert not page.cookies
    assert "Cookie" not in page.get("Vary", "")
