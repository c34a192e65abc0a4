"""Drafts in Wagtail's editor: both languages, drafts, preview, schedule."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text
from wagtail.users.models import UserProfile

from tests.factories import make_draft
from working_groups.models import DraftPage, WorkingGroupPage


def section(**fields: Any) -> dict[str, Any]:
    return {
        "level": "1",
        "heading_es": "Objeto",
        "heading_en": "",
        "body_es": rich_text("<p>Uno</p>"),
        "body_en": rich_text(""),
        "source_language": "es",
        "mark_translation": "",
        **fields,
    }


def question(*options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "section_uid": "",
        "kind": "choice",
        "prompt_es": "¿Cuál?",
        "prompt_en": "",
        "help_es": "",
        "help_en": "",
        "options": inline_formset(options),
        **fields,
    }


def editor_form(**fields: Any) -> dict[str, Any]:
    data = {
        "heading_es": "Borrador nuevo",
        "heading_en": "New draft",
        "summary_es": "",
        "summary_en": "",
        "legal_note_es": rich_text(""),
        "legal_note_en": rich_text(""),
        "change_note_es": "",
        "change_note_en": "",
        "slug": "nuevo",
        "sections": inline_formset([section()]),
        "questions": inline_formset([]),
        "prevailing_language": "es",
        "source_language": "es",
        "mark_translation": "",
        "moderation": "before",
        "comments": inline_formset([]),
        **fields,
    }
    return nested_form_data(data)


@pytest.fixture(params=["es", "en"])
def editor(client: Client, staff_user: User, request: pytest.FixtureRequest) -> Client:
    """Staff at the editor, in either language of the admin."""
    UserProfile.objects.create(user=staff_user, preferred_language=request.param)
    client.force_login(staff_user)
    return client


def create(client: Client, group: WorkingGroupPage, **fields: Any) -> Any:
    address = reverse("wagtailadmin_pages:add", args=("working_groups", "draftpage", group.pk))
    return client.post(address, editor_form(**fields))


def test_the_form_shows_both_languages_and_no_title(
    editor: Client, group: WorkingGroupPage
) -> None:
    address = reverse("wagtailadmin_pages:add", args=("working_groups", "draftpage", group.pk))
    html = editor.get(address).content.decode()
    for name in ("heading_es", "heading_en", "sections-__prefix__-body_en", "opens_at"):
        assert f'name="{name}"' in html
    assert 'name="title"' not in html


def test_publish_in_both_languages(editor: Client, group: WorkingGroupPage) -> None:
    response = create(editor, group, **{"action-publish": "1"})
    assert response.status_code == 302
    draft = DraftPage.objects.get(slug="nuevo")
    assert (draft.title, draft.heading_en) == ("Borrador nuevo", "New draft")
    spanish = editor.get("/es/groups/ia-trabajo/nuevo/").content.decode()
    english = editor.get("/en/groups/ia-trabajo/nuevo/").content.decode()
    assert "Borrador nuevo" in spanish
    assert "New draft" in english
    # The section exists in Spanish only, and the English page says so.
    assert "Not yet translated into English" in english
    assert "Not yet translated" not in spanish


def test_an_empty_editor_is_an_empty_text(editor: Client, group: WorkingGroupPage) -> None:
    create(editor, group)
    assert DraftPage.objects.get(slug="nuevo").sections.get().body_en == ""


def test_a_draft_is_seen_by_nobody_until_published(editor: Client, group: WorkingGroupPage) -> None:
    create(editor, group)
    assert editor.get("/es/groups/ia-trabajo/nuevo/").status_code == 404
    assert not DraftPage.objects.get(slug="nuevo").versions.exists()


def test_spanish_is_required_english_may_follow(editor: Client, group: WorkingGroupPage) -> None:
    response = create(editor, group, heading_es="", **{"action-publish": "1"})
    assert set(response.context["form"].errors) == {"heading_es"}
    assert create(editor, group, heading_en="", **{"action-publish": "1"}).status_code == 302


def test_closing_before_opening_is_refused(editor: Client, group: WorkingGroupPage) -> None:
    dates = {"opens_at": "2026-12-02 10:00", "closes_at": "2026-12-01 10:00"}
    response = create(editor, group, **dates)
    assert "closes_at" in response.context["form"].errors


def test_the_whole_closing_minute_counts(editor: Client, group: WorkingGroupPage) -> None:
    create(editor, group, opens_at="2026-12-01 10:00", closes_at="2026-12-03 23:59")
    closes_at = DraftPage.objects.get(slug="nuevo").closes_at
    # Central Mexico is six hours behind UTC.
    assert closes_at.isoformat() == "2026-12-04T05:59:59+00:00"


@pytest.mark.parametrize(("mode", "heading"), [("es", "Borrador nuevo"), ("en", "New draft")])
def test_preview_in_each_language(
    editor: Client, group: WorkingGroupPage, mode: str, heading: str
) -> None:
    create(editor, group)
    draft = DraftPage.objects.get(slug="nuevo")
    row = draft.sections.get()
    data = editor_form(
        sections=inline_formset([section(id=row.pk, heading_en="Purpose")], initial=1)
    )
    address = reverse("wagtailadmin_pages:preview_on_edit", args=(draft.pk,))
    assert editor.post(address, data).json()["is_valid"]
    html = editor.get(address, {"mode": mode}).content.decode()
    assert heading in html
    assert {"es": "Objeto", "en": "Purpose"}[mode] in html


def test_editing_the_draft_leaves_the_public_text(editor: Client, group: WorkingGroupPage) -> None:
    draft = make_draft(group, "vivo")
    first, second = draft.sections.all()
    rows = [
        section(id=first.pk, heading_es="Cambiado", heading_en="Changed", ORDER="2"),
        section(id=second.pk, heading_es="Zonas rurales", heading_en="Rural areas", ORDER="1"),
    ]
    data = editor_form(slug="vivo", sections=inline_formset(rows, initial=2))
    address = reverse("wagtailadmin_pages:edit", args=(draft.pk,))
    assert editor.post(address, data).status_code == 302
    assert "Cambiado" not in editor.get("/es/groups/ia-trabajo/vivo/").content.decode()
    assert editor.post(address, data | {"action-publish": "1"}).status_code == 302
    draft = DraftPage.objects.get(pk=draft.pk)
    assert draft.current_version.number == 2
    assert [(s.uid, s.number) for s in draft.current_version.sections.all()] == [
        (second.uid, "1"),
        (first.uid, "2"),
    ]


def test_scheduled_publishing_cuts_the_version(editor: Client, group: WorkingGroupPage) -> None:
    create(editor, group)
    draft = DraftPage.objects.get(slug="nuevo").get_latest_revision_as_object()
    draft.go_live_at = timezone.now() + timedelta(hours=1)
    revision = draft.save_revision()
    revision.publish()
    assert not DraftPage.objects.get(slug="nuevo").live
    assert not draft.versions.exists()
    past = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()
    call_command("publish_scheduled")
    draft = DraftPage.objects.get(slug="nuevo")
    assert draft.live
    assert draft.versions.get().number == 1


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_a_question_has_something_to_choose_from(
    editor: Client, group: WorkingGroupPage, kind: str
) -> None:
    removed = {"label_es": "Una", "label_en": "", "DELETE": "1"}
    for options in ([], [removed]):
        rows = inline_formset([question(*options, kind=kind)])
        response = create(editor, group, questions=rows, **{"action-publish": "1"})
        [form] = response.context["form"].formsets["questions"].forms
        assert set(form.errors) == {"kind"}
    option = {"label_es": "Una", "label_en": ""}
    rows = inline_formset(
        [question(option, kind=kind), question(kind="open"), question(DELETE="1")]
    )
    assert create(editor, group, questions=rows, **{"action-publish": "1"}).status_code == 302
    assert DraftPage.objects.get(slug="nuevo").questions.count() == 2


def test_a_question_is_about_a_section(editor: Client, group: WorkingGroupPage) -> None:
    draft = make_draft(group, "vivo")
    first, second = draft.sections.all()
    address = reverse("wagtailadmin_pages:edit", args=(draft.pk,))
    questions = editor.get(address).context["form"].formsets["questions"]
    for form in (questions.forms[0], questions.empty_form):
        choices = BeautifulSoup(str(form["section_uid"]), "html.parser").select("option")
        assert [choice["value"] for choice in choices] == ["", str(first.uid), str(second.uid)]
        assert choices[2].text.startswith("1.1 ")
    rows = [section(id=row.pk, heading_es=row.heading_es, ORDER="1") for row in (first, second)]
    data = editor_form(
        slug="vivo",
        sections=inline_formset(rows, initial=2),
        questions=inline_formset([question(kind="open", section_uid=str(second.uid))]),
    )
    assert editor.post(address, data | {"action-publish": "1"}).status_code == 302
    asked = DraftPage.objects.get(slug="vivo").questions.get(section_uid=second.uid)
    assert asked.prompt_es == "¿Cuál?"
    shown = BeautifulSoup(editor.get("/es/groups/ia-trabajo/vivo/").content, "html.parser")
    links = shown.select(".questions a")
    assert [link["href"] for link in links] == [f"#s-{second.uid}"]
    assert "Zonas rurales" in links[0].text
