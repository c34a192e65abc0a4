"""Bringing a draft in from Word or Markdown, as staff and chairs do it in the administration."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.factories import make_draft
from tests.working_groups.documents import word
from tests.working_groups.documents.word import docx, heading, paragraph
from tests.working_groups.import_screens import (
    ENGLISH,
    SPANISH,
    address,
    choose,
    edited,
    form_of,
    signed_in,
    soup,
    texts,
    upload,
    words,
)
from working_groups.documents import uploads
from working_groups.models import DraftPage, DraftUpload, WorkingGroupPage


@pytest.fixture(autouse=True)
def english() -> Any:
    """The administration speaks English in these tests."""
    with translation.override("en"):
        yield


@pytest.fixture
def chair_client(chair: User) -> Client:
    return signed_in(chair)


@pytest.fixture
def staff_client(staff_user: User) -> Client:
    return signed_in(staff_user)


@pytest.fixture
def written(group: WorkingGroupPage) -> DraftPage:
    """A published draft in Spanish, a part of it in English."""
    return make_draft(
        group,
        "politica",
        heading_es="Política",
        sections=[
            {
                "heading_es": "Alcance",
                "heading_en": "Scope",
                "body_es": "<p>Para personas.</p>",
                "body_en": "<p>For persons.</p>",
            },
            {"heading_es": "Multas", "body_es": "<p>Mil pesos.</p>"},
            {"heading_es": "Vigencia", "body_es": "<p>Desde 2028.</p>"},
        ],
    )


# --- A new draft ---------------------------------------------------------------------------------


def test_a_chair_brings_in_a_draft_in_both_languages(
    chair_client: Client, chair: User, group: WorkingGroupPage
) -> None:
    explorer = chair_client.get(reverse("wagtailadmin_explore", args=[group.pk]))
    assert address(group) in explorer.content.decode()
    preview = upload(chair_client, group, spanish=SPANISH, english=ENGLISH)
    assert "Política de IA" in words(preview)
    assert not DraftPage.objects.exists()
    done = choose(preview, chair_client)
    draft = DraftPage.objects.get()
    assert done.headers["location"] == reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert (draft.slug, draft.live, draft.owner) == ("politica-de-ia", False, chair)
    assert draft.latest_revision.user == chair
    assert texts(edited(draft)) == [
        ("Alcance", "Scope", "<p>Para toda persona.</p>", "<p>For everybody.</p>"),
        (
            "Zonas rurales",
            "Rural areas",
            "<p>Primero la sierra.</p>",
            "<p>The mountains first.</p>",
        ),
        ("Vigencia", "Term", "<p>Desde 2028.</p>", "<p>From 2028.</p>"),
    ]
    assert not DraftUpload.objects.exists()


def test_who_sends_twice_saves_once(staff_client: Client, group: WorkingGroupPage) -> None:
    preview = upload(staff_client, group, spanish=SPANISH, english=ENGLISH)
    upload_row = DraftUpload.objects.get()
    choose(preview, staff_client)
    assert DraftPage.objects.count() == 1
    # The second request had read the row before the first one took it away.
    with pytest.raises(uploads.SavedAlready):
        uploads.save(upload_row)
    assert choose(preview, staff_client).status_code == 404
    assert DraftPage.objects.count() == 1


def test_what_is_nested_absurdly_deep_can_still_be_edited(
    staff_client: Client, group: WorkingGroupPage
) -> None:
    preview = upload(staff_client, group, spanish="# A\n\n" + "- " * 150 + "x\n")
    saved = choose(preview, staff_client)
    assert staff_client.get(saved.headers["location"]).status_code == 200


def test_a_number_beyond_all_numbers_is_nobodys_page(staff_client: Client) -> None:
    for place in ("import/%d/", "%d/extend/", "%d/close/"):
        assert staff_client.get(f"/admin/drafts/{place % 10**30}").status_code == 404


def test_pairs_are_mended_before_anything_is_saved(
    staff_client: Client, group: WorkingGroupPage
) -> None:
    preview = upload(
        staff_client,
        group,
        spanish=SPANISH,
        english="# A\n\n# Term\n\nFrom 2028.\n\n# Scope\n\nX.\n",
    )
    sent = form_of(preview)
    assert set(sent) == {"seen", "en-0", "en-1", "en-2"}
    mended = choose(preview, staff_client, en_0="2", en_1="", en_2="1")
    assert "look at what changes with them" in words(mended)
    assert not DraftPage.objects.exists()
    assert "In English only, and so left out: “A”." in words(mended)
    choose(mended, staff_client)
    assert [row[:2] for row in texts(edited(DraftPage.objects.get()))] == [
        ("Alcance", "Scope"),
        ("Zonas rurales", ""),
        ("Vigencia", "Term"),
    ]


def test_a_section_cannot_be_chosen_twice(staff_client: Client, group: WorkingGroupPage) -> None:
    preview = upload(staff_client, group, spanish=SPANISH, english=ENGLISH)
    refused = choose(preview, staff_client, en_0="1", en_1="1")
    assert refused.status_code == 422
    page = soup(refused)
    assert [select["name"] for select in page.select("select[aria-invalid]")] == ["en-0", "en-1"]
    assert not DraftPage.objects.exists()


def test_nonsense_in_the_form_is_nothing(staff_client: Client, group: WorkingGroupPage) -> None:
    preview = upload(staff_client, group, spanish=SPANISH, english=ENGLISH)
    again = choose(preview, staff_client, "update", en_0="99", en_1="²", en_2="1' OR")
    assert again.status_code == 200
    assert form_of(again)["en-0"] == ""


def test_what_cannot_be_kept_is_listed(chair_client: Client, group: WorkingGroupPage) -> None:
    text = docx(heading("Alcance"), paragraph("Mapa <b>", word.picture()))
    preview = upload(chair_client, group, spanish=text)
    assert "spanish.docx: “Alcance”: 1 picture was left out (“Un mapa”)." in words(preview)


def test_an_address_that_is_taken_is_no_draft_to_write_over(
    chair_client: Client, written: DraftPage, group: WorkingGroupPage
) -> None:
    before = texts(edited(written))
    preview = upload(chair_client, group, spanish="# Política\n\n## Uno\n\n## Dos\n")
    choose(preview, chair_client)
    assert texts(edited(written)) == before
    assert set(DraftPage.objects.values_list("slug", flat=True)) == {"politica", "politica-2"}


@pytest.mark.parametrize(
    "files, said",
    [
        ({}, "A new draft needs its text in Spanish."),
        ({"english": ENGLISH}, "A new draft needs its text in Spanish."),
        ({"spanish": "Sin apartados."}, "spanish.md: this file has no headings"),
        ({"spanish": ""}, "spanish.md: this file has no headings"),
        ({"spanish": b"PK\x03\x04 nada"}, "spanish.docx: this Word file is damaged"),
        ({"spanish": SPANISH, "english": b"%PDF"}, "english.docx: this is a PDF"),
    ],
)
def test_a_bad_file_is_said_beside_its_field(
    chair_client: Client, group: WorkingGroupPage, files: dict[str, Any], said: str
) -> None:
    response = upload(chair_client, group, **files)
    assert response.status_code == 422
    assert said in words(response)
    assert not DraftUpload.objects.exists()


def test_a_file_that_is_too_large(
    chair_client: Client, group: WorkingGroupPage, settings: Any
) -> None:
    settings.IMPORT_MAX_BYTES = 20
    assert "IMPORT_MAX_BYTES" in words(upload(chair_client, group, spanish=SPANISH))


# --- Who may -------------------------------------------------------------------------------------


def test_another_groups_chair_gets_nothing(
    chair_client: Client, other_chair: User, written: DraftPage, group: WorkingGroupPage
) -> None:
    theirs = signed_in(other_chair)
    preview = upload(chair_client, written, spanish="# En secreto\n\nTexto.\n")
    for page in (written, group):
        for response in (
            theirs.get(address(page), follow=True),
            upload(theirs, page, spanish=SPANISH),
        ):
            assert response.redirect_chain[-1][0] == reverse("wagtailadmin_home")
    place = preview.request["PATH_INFO"]
    assert theirs.get(place).status_code == 404
    assert theirs.post(place, {"save": "1"}).status_code == 404
    assert DraftUpload.objects.count() == 1


def test_a_preview_is_its_owners_only(
    chair_client: Client, staff_client: Client, written: DraftPage
) -> None:
    preview = upload(chair_client, written, spanish="# En secreto\n\nTexto.\n")
    assert staff_client.get(preview.request["PATH_INFO"]).status_code == 404


def test_who_is_chair_no_more_saves_nothing(
    chair_client: Client, chair: User, written: DraftPage
) -> None:
    preview = upload(chair_client, written, spanish="# Uno\n\nTexto.\n")
    chair.groups.clear()
    chair_client.post(preview.request["PATH_INFO"], form_of(preview) | {"save": "1"})
    assert texts(edited(written))[0][0] == "Alcance"


def test_a_locked_draft_stays_as_it_is(
    chair_client: Client, staff_user: User, written: DraftPage
) -> None:
    DraftPage.objects.filter(pk=written.pk).update(locked=True, locked_by=staff_user)
    assert chair_client.get(address(written)).status_code == 302
    explorer = chair_client.get(reverse("wagtailadmin_explore", args=[written.pk]))
    assert address(written) not in explorer.content.decode()


def test_readers_are_sent_to_sign_in(client: Client, written: DraftPage) -> None:
    assert reverse("wagtailadmin_login") in client.get(address(written))["location"]


def test_an_address_of_no_draft(staff_client: Client, group: WorkingGroupPage) -> None:
    for pk in (group.get_parent().pk, 10**9):
        assert staff_client.get(reverse("import_draft", args=[pk])).status_code == 404


def test_what_nobody_came_back_for_is_thrown_away(chair_client: Client, written: DraftPage) -> None:
    upload(chair_client, written, spanish="# Uno\n")
    DraftUpload.objects.update(created_at=timezone.now() - timedelta(hours=25))
    upload(chair_client, written, spanish="# Dos\n")
    assert DraftUpload.objects.count() == 1
