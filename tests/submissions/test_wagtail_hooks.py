import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.factories import comment_on
from working_groups.models import DraftPage, WorkingGroupPage


@pytest.fixture
def root(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def test_what_was_commented_on_is_not_deleted(
    root: Client, draft: DraftPage, group: WorkingGroupPage
) -> None:
    comment_on(draft, "Un comentario.")
    for page in (draft, group):
        for address in (
            f"/admin/bulk/wagtailcore/page/delete/?id={page.pk}&next=/admin/pages/",
            reverse("wagtailadmin_pages:delete", args=[page.pk]),
        ):
            response = root.post(address, follow=True)
            assert response.status_code == 200
            assert escape(draft.heading_es) in response.content.decode()
            assert DraftPage.objects.filter(pk=draft.pk).exists()


def test_a_chair_cannot_either(client: Client, chair: User, draft: DraftPage) -> None:
    comment_on(draft, "Un comentario.")
    client.force_login(chair)
    address = reverse("wagtailadmin_pages:delete", args=[draft.pk])
    for response in (client.get(address, follow=True), client.post(address, follow=True)):
        assert "delete" not in response.request["PATH_INFO"]
    assert DraftPage.objects.filter(pk=draft.pk).exists()


def test_what_nobody_commented_on_is_deleted_with_its_versions(
    client: Client, chair: User, draft: DraftPage
) -> None:
    client.force_login(chair)
    client.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]))
    assert not DraftPage.objects.filter(pk=draft.pk).exists()
