"""Bringing a new text for a draft that is there: what it changes is shown before it is saved."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from consult.common.importing import ImportRefused
from tests.factories import make_draft
from tests.working_groups.import_screens import (
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
from working_groups.models import DraftPage, Section, WorkingGroupPage


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


def test_the_difference_is_shown_before_a_new_text_is_saved(
    chair_client: Client, written: DraftPage
) -> None:
    explorer = chair_client.get(reverse("wagtailadmin_explore", args=[written.pk]))
    assert address(written) in explorer.content.decode()
    uids = [section.uid for section in written.sections.all()]
    preview = upload(
        chair_client,
        written,
        spanish="# Alcance\n\nPara todas las personas.\n\n# Becas\n\nDos.\n\n# Vigencia\n\nDesde 2028.\n",
    )
    page = soup(preview)
    lines = [
        " ".join((one.select_one("summary") or one).get_text(" ").split())
        for one in page.select(".import-changes > li")
    ]
    assert lines == [
        "1 Scope : changed",
        "2 Multas : removed",
        "2 Becas : added",
    ]
    changed = page.select(".import-changes > li")[0]
    assert [mark.get_text(strip=True) for mark in changed.select("ins, del")]
    assert "1 section stays as it is." in words(preview)
    choose(preview, chair_client)
    now = edited(written)
    assert texts(now) == [
        ("Alcance", "Scope", "<p>Para todas las personas.</p>", "<p>For persons.</p>"),
        ("Becas", "", "<p>Dos.</p>", ""),
        ("Vigencia", "", "<p>Desde 2028.</p>", ""),
    ]
    assert [s.uid for s in now.sections.all()][::2] == uids[::2]
    # Nothing of it is public yet, and what the file does not speak of stays.
    assert DraftPage.objects.get(pk=written.pk).current_version.number == 1
    assert (now.heading_es, now.questions.count()) == ("Política", written.questions.count())


def test_sections_in_another_order_are_the_same_sections(
    chair_client: Client, written: DraftPage
) -> None:
    text = "# Multas\n\nMil pesos.\n\n# Alcance\n\nPara personas.\n\n# Vigencia\n\nDesde 2028.\n"
    said = words(upload(chair_client, written, spanish=text))
    assert "moved, renumbered" in said
    assert "removed" not in said
    assert "2 sections stay as they are." not in said


def test_a_renamed_section_goes_on_where_staff_say_so(
    staff_client: Client, written: DraftPage
) -> None:
    fines = str(written.sections.all()[1].uid)
    text = "# Alcance\n\nPara personas.\n\n# Sanciones\n\nNinguna.\n\n# Vigencia\n\nDesde 2028.\n"
    preview = upload(staff_client, written, spanish=text)
    assert form_of(preview)["es-uid-1"] == ""
    mended = choose(preview, staff_client, "update", es_uid_1=fines)
    assert "2 Sanciones : changed" in words(mended)
    choose(mended, staff_client)
    assert str(edited(written).sections.all()[1].uid) == fines


def test_a_translation_alone(chair_client: Client, written: DraftPage) -> None:
    preview = upload(
        chair_client,
        written,
        english="# Scope\n\nFor all persons.\n\n# Fines\n\nA thousand.\n\n# Term\n\nFrom 2028.\n",
    )
    choose(preview, chair_client)
    assert [row[:2] for row in texts(edited(written))] == [
        ("Alcance", "Scope"),
        ("Multas", "Fines"),
        ("Vigencia", "Term"),
    ]


def test_what_the_spanish_file_lacks_and_the_english_has(
    chair_client: Client, written: DraftPage
) -> None:
    preview = upload(
        chair_client,
        written,
        spanish="# Vigencia\n\nDesde 2028.\n",
        english="# Scope\n\nFor persons.\n\n# Term\n\nFrom 2028.\n",
    )
    said = words(preview)
    assert "Not in the Spanish file, so with the Spanish that it has: “Scope”." in said
    assert "No longer in the draft: “" in said
    choose(preview, chair_client)
    assert texts(edited(written)) == [
        ("Alcance", "Scope", "<p>Para personas.</p>", "<p>For persons.</p>"),
        ("Vigencia", "Term", "<p>Desde 2028.</p>", "<p>From 2028.</p>"),
    ]


def test_what_changes_nothing_says_so(chair_client: Client, written: DraftPage) -> None:
    text = "# Alcance\n\nPara personas.\n\n# Multas\n\nMil pesos.\n\n# Vigencia\n\nDesde 2028.\n"
    preview = upload(chair_client, written, spanish=text)
    assert "Nothing: the draft says all this already." in words(preview)


def test_a_draft_edited_meanwhile_is_not_written_over(
    chair_client: Client, written: DraftPage, staff_user: User
) -> None:
    preview = upload(chair_client, written, spanish="# Alcance\n\nNuevo.\n\n# Vigencia\n\nX.\n")
    draft = edited(written)
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>De otra persona.</p>"
    draft.sections = [*sections, Section(heading_es="Más", sort_order=9)]
    draft.save_revision(user=staff_user)
    refused = choose(preview, chair_client)
    assert refused.status_code == 409
    assert f"{staff_user.username} edited this draft meanwhile" in words(refused)
    assert "De otra persona." in words(refused)
    assert edited(written).sections.count() == 4
    # Another screen that was opened before shows another difference: it does not save either.
    assert choose(preview, chair_client).status_code == 409
    choose(refused, chair_client)
    assert [row[0] for row in texts(edited(written))] == ["Alcance", "Vigencia"]


def test_an_unpublished_address_makes_no_second_draft(
    chair_client: Client, written: DraftPage
) -> None:
    draft = edited(written)
    draft.slug = "otra-direccion"
    draft.save_revision()
    choose(upload(chair_client, written, spanish="# Alcance\n\nNuevo.\n"), chair_client)
    assert DraftPage.objects.count() == 1
    assert texts(edited(written))[0][2] == "<p>Nuevo.</p>"


def test_what_cannot_be_taken_in_is_not_called_unchanged(
    staff_client: Client, written: DraftPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> None:
        raise ImportRefused(["This cannot be taken in."])

    # As when the draft was given to another group since the file was sent.
    monkeypatch.setattr("working_groups.views.importing.changes", refuse)
    said = words(upload(staff_client, written, spanish=SPANISH))
    assert "This cannot be taken in." in said
    assert "Nothing: the draft says all this already." not in said
