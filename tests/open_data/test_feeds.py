"""Atom feeds: what is new of what everybody may read, and nothing else."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consult.moderation.actions import decide
from consult.submissions.actions import change_status
from consult.submissions.enums import Status
from tests.factories import comment_on

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
DRAFT = "/feeds/es/comments/ia-trabajo/formacion/"


def entries(response) -> list[ET.Element]:
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return list(ET.fromstring(response.content).iter(f"{ATOM}entry"))


def said(response) -> Iterator[str]:
    for entry in entries(response):
        yield entry.findtext(f"{ATOM}summary") or ""


def test_comments_of_a_draft_in_the_order_in_which_they_became_public(client, draft, chair):
    first = comment_on(draft, "Primero, revisado al final.")
    comment_on(draft, "Segundo, publicado enseguida.", status=Status.PUBLISHED)
    comment_on(draft, "Nadie lo ha leído.")
    decide({first.pk: first.status}, Status.PUBLISHED, by=chair)
    feed = client.get(DRAFT)
    assert [text[3:10] for text in said(feed)] == ["Primero", "Segundo"]
    assert "Nadie" not in feed.content.decode()
    one = entries(feed)[0]
    assert one.find(f"{ATOM}link").get("href") == f"http://testserver/es/comments/{first.pk}/"
    assert one.findtext(f"{ATOM}id") == f"tag:testserver,2026:comment:{first.pk}"
    english = entries(client.get(DRAFT.replace("/es/", "/en/")))[0]
    assert english.findtext(f"{ATOM}id") == one.findtext(f"{ATOM}id")
    assert english.find(f"{ATOM}link").get("href").startswith("http://testserver/en/")


def test_what_is_taken_back_leaves(client, draft):
    comment = comment_on(draft, "Se oculta después.", status=Status.PUBLISHED)
    before = client.get(DRAFT)
    for status in (Status.HIDDEN, Status.REJECTED, Status.WITHDRAWN, Status.PENDING):
        change_status([comment], status)
        after = client.get(DRAFT, headers={"If-None-Match": before["ETag"]})
        assert entries(after) == []
        assert "oculta" not in after.content.decode()


def test_typed_text_is_text(client, draft):
    comment_on(draft, "<script>alert(1)</script>\x0b &amp; fin", status=Status.PUBLISHED)
    (text,) = said(client.get(DRAFT))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_respondents_are_shown_as_they_chose(client, draft):
    about = {"name": "Ana Secreta", "email": "ana@example.org"}
    comment_on(draft, "Sin nombre.", status=Status.PUBLISHED, respondent=about)
    comment_on(
        draft,
        "Con nombre.",
        status=Status.PUBLISHED,
        respondent={"name": "Luz Visible", "show_name": True},
    )
    feed = client.get(DRAFT).content.decode()
    assert "Luz Visible" in feed
    assert "Secreta" not in feed
    assert "ana@" not in feed


def test_an_entry_says_its_language(client, draft):
    comment_on(draft, "Moneki tlamachtilistli ipan nochi altepetl.", status=Status.PUBLISHED)
    (entry,) = entries(client.get(DRAFT))
    assert entry.get(f"{XML}lang") == "nah"


def test_a_reader_asks_again_only_for_what_changed(client, draft):
    comment_on(draft, "Uno.", status=Status.PUBLISHED)
    first = client.get(DRAFT)
    again = client.get(DRAFT, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(DRAFT, headers=since).status_code == 304
    comment_on(
        draft, "Dos.", status=Status.PUBLISHED, received_at=timezone.now() + timedelta(seconds=2)
    )
    assert client.get(DRAFT, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_drafts_and_themes(client, draft, other_draft):
    comment_on(draft, "Sobre la brecha.", themes=("equity",), status=Status.PUBLISHED)
    comment_on(other_draft, "De otra mesa.", themes=("equity",), status=Status.PUBLISHED)
    comment_on(draft, "De otro tema.", themes=("ethics",), status=Status.PUBLISHED)
    ids = {entry.findtext(f"{ATOM}id") for entry in entries(client.get("/feeds/en/drafts/"))}
    assert ids == {
        f"tag:testserver,2026:version:{page.current_version.pk}" for page in (draft, other_draft)
    }
    on_theme = " ".join(said(client.get("/feeds/es/themes/equity/")))
    assert "Sobre la brecha." in on_theme
    assert "De otra mesa." in on_theme
    assert "De otro tema." not in on_theme


def test_a_search_as_a_feed(client, draft):
    comment = comment_on(draft, "Faltan caminos en la sierra.", status=Status.PUBLISHED)
    comment_on(draft, "Nada que ver.", status=Status.PUBLISHED)
    feed = client.get("/feeds/es/search/", {"q": "sierra", "type": "comment"})
    (entry,) = entries(feed)
    assert entry.findtext(f"{ATOM}id") == f"tag:testserver,2026:comment:{comment.pk}"


def test_what_is_not_public_has_no_feed(client, draft):
    comment_on(draft, "En un borrador retirado.", status=Status.PUBLISHED, themes=("equity",))
    PageViewRestriction.objects.create(page=draft, restriction_type="login")
    assert client.get(DRAFT).status_code == 404
    for address in ("/feeds/es/drafts/", "/feeds/es/themes/equity/"):
        assert entries(client.get(address)) == []
    for address in ("/feeds/fr/drafts/", "/feeds/es/themes/none/", "/feeds/es/comments/x/y/"):
        assert client.get(address).status_code == 404


def test_pages_name_their_feeds(client, draft):
    page = "/es/groups/ia-trabajo/formacion/"
    for address, feed in (
        (page, DRAFT),
        (f"{page}comments/", DRAFT),
        ("/es/themes/equity/", "/feeds/es/themes/equity/"),
        ("/es/", "/feeds/es/drafts/"),
        ("/en/groups/", "/feeds/en/drafts/"),
        ("/es/search/?q=sierra&page=2", "/feeds/es/search/?q=sierra"),
    ):
        html = client.get(address).content.decode()
        assert 'type="application/atom+xml"' in html, address
        assert f'href="{feed}"' in html, address
