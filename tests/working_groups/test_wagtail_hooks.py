"""Wagtail's own page screens: what chairs may do in their group, and what a copy takes along."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from tests.factories import make_draft
from working_groups.models import DraftPage, Version, WorkingGroupPage

IN_PREPARATION = "En secreto todavia"


@pytest.fixture
def prepared(group: WorkingGroupPage) -> DraftPage:
    """A draft that its group has not published yet."""
    draft = make_draft(group, "preparacion", heading_es=IN_PREPARATION, publish=False, live=False)
    draft.save_revision()
    return draft


@pytest.fixture
def chair_client(chair: User) -> Client:
    client = Client()
    client.force_login(chair)
    return client


@pytest.fixture
def their_client(other_chair: User, other_draft: DraftPage) -> Client:
    client = Client()
    client.force_login(other_chair)
    return client


def test_chairs_publish_their_own_drafts(chair: User, prepared: DraftPage) -> None:
    may = prepared.permissions_for_user(chair)
    assert (may.can_edit(), may.can_publish()) == (True, True)


def test_chairs_touch_no_draft_of_another_group(other_chair: User, prepared: DraftPage) -> None:
    may = prepared.permissions_for_user(other_chair)
    assert not any(
        (may.can_edit(), may.can_publish(), may.can_delete(), may.can_copy(), may.can_move())
    )


SCREENS = [
    "edit", "history", "usage", "copy", "move", "delete", "unpublish", "view_draft",
    "preview_on_edit", "workflow_history", "revisions_view",
]  # fmt: skip


def test_no_screen_shows_what_another_group_prepares(
    chair_client: Client, their_client: Client, prepared: DraftPage
) -> None:
    for screen in SCREENS:
        revision = [prepared.latest_revision.pk] if screen == "revisions_view" else []
        address = reverse(f"wagtailadmin_pages:{screen}", args=[prepared.pk, *revision])
        response = their_client.get(address, follow=True)
        assert IN_PREPARATION not in response.content.decode(), screen
    assert (
        IN_PREPARATION
        in chair_client.get(
            reverse("wagtailadmin_pages:history", args=[prepared.pk])
        ).content.decode()
    )


LISTS = [
    ("/admin/pages/search/", {"q": "secreto"}),
    ("/admin/api/main/pages/", {"fields": "*"}),
    ("/admin/pages/usage/working_groups/draftpage/", {}),
    ("/admin/reports/site-history/", {}),
    ("/admin/reports/aging-pages/", {}),
    ("/admin/", {}),
    ("/admin/choose-page/{group}/", {}),
    ("/admin/choose-page/search/", {"q": "secreto"}),
    ("/admin/choose-page/{draft}/", {}),
    ("/admin/pages/{group}/", {}),
]


def test_no_list_names_what_another_group_prepares(
    chair_client: Client, their_client: Client, prepared: DraftPage, group: WorkingGroupPage
) -> None:
    # In the tests nothing takes pages into the admin's search by itself.
    call_command("update_index", verbosity=0)
    for template, query in LISTS:
        address = template.format(group=group.pk, draft=prepared.pk)
        own, theirs = (c.get(address, query, follow=True) for c in (chair_client, their_client))
        assert IN_PREPARATION not in theirs.content.decode(), address
        if "choose" in address or "search" in address:
            assert IN_PREPARATION in own.content.decode(), address


def test_the_report_of_page_types_is_for_staff(
    chair_client: Client, client: Client, staff_user: User, prepared: DraftPage
) -> None:
    """It names the latest page of each type, whoever's it is."""
    address = reverse("wagtailadmin_reports:page_types_usage")
    client.force_login(staff_user)
    assert IN_PREPARATION in client.get(address).content.decode()
    assert IN_PREPARATION not in chair_client.get(address, follow=True).content.decode()
    assert address in client.get("/admin/").content.decode()
    assert address not in chair_client.get("/admin/").content.decode()


def copy(client: Client, page: Page, **fields: Any) -> Any:
    return client.post(
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
        {
            "new_title": "Una copia",
            "new_slug": "una-copia",
            "new_parent_page": page.get_parent().pk,
            **fields,
        },
        follow=True,
    )


def test_a_copied_draft_is_its_own(chair_client: Client, draft: DraftPage) -> None:
    response = copy(chair_client, draft, publish_copies="on")
    assert response.status_code == 200
    made = DraftPage.objects.get(slug="una-copia")
    latest = made.get_latest_revision_as_object()
    assert not made.live
    assert not Version.objects.filter(draft=made).exists()
    for page in (made, latest):
        assert (page.title, page.heading_es, page.heading_en) == ("Una copia", "Una copia", "")
    for relation in ("sections", "questions"):
        old = {row.uid for row in getattr(draft, relation).all()}
        new = [row.uid for row in getattr(made, relation).all()]
        assert (len(new), old & set(new)) == (len(old), set())
        assert [row.uid for row in getattr(latest, relation).all()] == new


def test_questions_of_a_copy_point_at_its_own_sections(
    chair_client: Client, draft: DraftPage
) -> None:
    questions = list(draft.questions.all())
    questions[0].section_uid = draft.sections.first().uid
    draft.questions = questions
    draft.save_revision().publish()
    copy(chair_client, draft)
    made = DraftPage.objects.get(slug="una-copia")
    for page in (made, made.get_latest_revision_as_object()):
        assert page.questions.first().section_uid == made.sections.first().uid


def test_a_copy_can_be_published(chair_client: Client, draft: DraftPage) -> None:
    copy(chair_client, draft)
    made = DraftPage.objects.get(slug="una-copia")
    made.get_latest_revision().publish()
    version = made.versions.get()
    assert (version.number, version.heading_es) == (1, "Una copia")
    assert {row.uid for row in version.sections.all()} == {row.uid for row in made.sections.all()}
    assert draft.versions.count() == 1


def test_a_draft_has_no_alias(chair_client: Client, draft: DraftPage) -> None:
    copy(chair_client, draft, alias="on")
    assert not DraftPage.objects.filter(slug="una-copia").exists()


def test_a_copied_group_has_chairs_of_its_own(
    client: Client, admin_user: User, group: WorkingGroupPage, draft: DraftPage, chair: User
) -> None:
    client.force_login(admin_user)
    copy(client, group, copy_subpages="on", publish_copies="on")
    made = WorkingGroupPage.objects.get(slug="una-copia")
    assert made.chairs is not None
    assert made.chairs != group.chairs
    assert made.get_latest_revision_as_object().chairs == made.chairs
    assert not made.permissions_for_user(chair).can_edit()
    (below,) = DraftPage.objects.child_of(made)
    assert not {row.uid for row in below.sections.all()} & {row.uid for row in draft.sections.all()}
    assert below.heading_es == draft.heading_es
    assert not below.versions.exists()
