"""What staff are asked, told and kept from when a draft is published, moved or deleted."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, rich_text

from consult.common.markup import references
from tests.factories import comment_on, make_draft
from tests.working_groups.test_editor import editor_form, section
from working_groups.models import DraftPage, WorkingGroupPage

NOTES = {"change_note_es": "Cambia el objeto.", "change_note_en": "The purpose changes."}


@pytest.fixture
def staff(client: Client, staff_user: User) -> Client:
    client.force_login(staff_user)
    return client


def publish(client: Client, draft: DraftPage, body: str, **fields: Any) -> Any:
    first, *others = draft.sections.all()
    rows = [
        section(id=first.pk, heading_es=first.heading_es, body_es=rich_text(body)),
        *(
            section(id=other.pk, heading_es=other.heading_es, body_es=rich_text(other.body_es))
            for other in others
        ),
    ]
    asked = {
        "slug": draft.slug,
        "sections": inline_formset(rows, initial=len(rows)),
        "action-publish": "1",
        **fields,
    }
    data = editor_form(**asked)
    return client.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), data)


def told(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_who_commented_is_told_what_changes(staff: Client, draft: DraftPage) -> None:
    comment_on(draft, "Falta algo.")
    response = publish(staff, draft, "<p>Otras palabras.</p>")
    assert set(response.context["form"].errors) == {"change_note_es", "change_note_en"}
    response = publish(staff, draft, "<p>Otras palabras.</p>", change_note_es="Cambia.")
    assert set(response.context["form"].errors) == {"change_note_en"}
    assert draft.versions.count() == 1
    assert publish(staff, draft, "<p>Otras palabras.</p>", **NOTES).status_code == 302
    assert draft.versions.count() == 2


def test_the_note_of_the_version_before_is_none(staff: Client, draft: DraftPage) -> None:
    comment_on(draft, "Falta algo.")
    assert publish(staff, draft, "<p>Uno.</p>", **NOTES).status_code == 302
    response = publish(staff, draft, "<p>Dos.</p>", **NOTES)
    assert set(response.context["form"].errors) == {"change_note_es", "change_note_en"}


def test_nothing_is_asked_where_nobody_commented_or_nothing_changed(
    staff: Client, draft: DraftPage
) -> None:
    assert publish(staff, draft, "<p>Otras palabras.</p>").status_code == 302
    draft = DraftPage.objects.get(pk=draft.pk)
    comment_on(draft, "Falta algo.")
    assert publish(staff, draft, "<p>Otras palabras.</p>").status_code == 302
    assert draft.versions.count() == 2


def test_saving_without_publishing_asks_nothing(staff: Client, draft: DraftPage) -> None:
    comment_on(draft, "Falta algo.")
    response = publish(staff, draft, "<p>Otras palabras.</p>", **{"action-publish": ""})
    assert response.status_code == 302
    assert draft.versions.count() == 1


def test_publishing_from_a_list_asks_for_the_note_too(staff: Client, draft: DraftPage) -> None:
    comment_on(draft, "Falta algo.")
    publish(staff, draft, "<p>Otras palabras.</p>", **{"action-publish": ""})
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = staff.post(f"{address}?id={draft.pk}&next=/admin/")
    assert draft.title in told(response)
    assert draft.versions.count() == 1


def test_publishing_a_group_with_what_is_below_asks_too(
    staff: Client, draft: DraftPage, group: WorkingGroupPage
) -> None:
    comment_on(draft, "Falta algo.")
    publish(staff, draft, "<p>Otras palabras.</p>", **{"action-publish": ""})
    DraftPage.objects.get(pk=draft.pk).unpublish()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = staff.post(f"{address}?id={group.pk}&next=/admin/", {"include_descendants": "on"})
    assert draft.title in told(response)
    assert draft.versions.count() == 1


def test_references_of_a_copy_lead_to_its_own_sections(
    staff: Client, draft: DraftPage, group: WorkingGroupPage
) -> None:
    _first, second = draft.sections.all()
    body = f'<p>Véase <a linktype="section" uid="{second.uid}">1.1</a>.</p>'
    assert publish(staff, draft, body).status_code == 302
    staff.post(
        reverse("wagtailadmin_pages:copy", args=[draft.pk]),
        {
            "new_title": "Copia",
            "new_slug": "copia",
            "new_parent_page": group.pk,
            "copy_subpages": "",
        },
    )
    copy = DraftPage.objects.get(slug="copia")
    for page in (copy, copy.get_latest_revision_as_object()):
        one, other = page.sections.all()
        assert references(one.body_es) == {str(other.uid)}
        assert str(second.uid) not in one.body_es


def test_a_reference_to_a_section_that_left_is_not_published(
    staff: Client, draft: DraftPage
) -> None:
    gone = "11111111-2222-3333-4444-555555555555"
    body = f'<p>Véase <a linktype="section" uid="{gone}">4</a>.</p>'
    response = publish(staff, draft, body)
    assert "body_es" in response.context["form"].formsets["sections"].errors[0]
    assert draft.versions.count() == 1


def test_a_consultation_that_opens_with_gaps_is_told_so(staff: Client, draft: DraftPage) -> None:
    response = publish(staff, draft, "<p>Otras palabras.</p>", **NOTES)
    assert response.status_code == 302
    # The posted form has no English.
    assert f"1 {draft.sections.first().heading_es}" in told(response)


def test_what_was_published_keeps_its_address(staff: Client, draft: DraftPage) -> None:
    response = publish(staff, draft, "<p>Otras palabras.</p>", slug="otra-direccion")
    assert response.status_code == 302
    assert DraftPage.objects.get(pk=draft.pk).slug == draft.slug


def test_what_was_published_is_not_moved(
    staff: Client, draft: DraftPage, other_group: WorkingGroupPage
) -> None:
    move = reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, other_group.pk])
    response = staff.post(move)
    assert draft.title in told(response)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    response = staff.post(f"{bulk}?id={draft.pk}&next=/admin/", {"chooser": other_group.pk})
    assert draft.title in told(response)
    assert DraftPage.objects.get(pk=draft.pk).url_path == draft.url_path


def test_unpublishing_opens_no_way_to_move_the_dates_in_silence(
    staff: Client, draft: DraftPage
) -> None:
    DraftPage.objects.get(pk=draft.pk).unpublish()
    later = "2030-01-01 12:00"
    response = publish(staff, draft, "<p>Otras palabras.</p>", closes_at=later)
    assert response.status_code == 302
    again = DraftPage.objects.get(pk=draft.pk)
    assert again.live
    assert again.closes_at
    assert draft.closes_at
    # The editor's field has no fractions of a second.
    assert again.closes_at == draft.closes_at.replace(microsecond=0)


def test_what_was_never_published_can_be_moved(
    staff: Client, group: WorkingGroupPage, other_group: WorkingGroupPage
) -> None:
    draft = make_draft(group, "quieto", publish=False)
    staff.post(reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, other_group.pk]))
    assert DraftPage.objects.get(pk=draft.pk).get_parent().pk == other_group.pk
