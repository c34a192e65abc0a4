"""Another group's chair gets nothing of a comment, by any screen; its own chair does."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse
from openpyxl import load_workbook
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models

from consult.submissions.enums import Status
from consult.submissions.models import Comment
from consult.themes.models import Theme
from tests.factories import comment_on
from working_groups.models import DraftPage

QUEUE = "/admin/comments/"
SECRET = "Palabras reservadas"
THEIRS = "Palabras del otro grupo"


@pytest.fixture(autouse=True)
def their_comment(other_draft: DraftPage, pending: Comment) -> Comment:
    """What the other group's chair may see, so that no list of theirs is empty."""
    return comment_on(other_draft, f"{THEIRS}.", themes=("equity",))


def text(client: Client, address: str, **query: Any) -> str:
    response = client.get(address, query)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def assert_each_sees_their_own(chair_client: Client, their_client: Client, **query: Any) -> None:
    for address in (QUEUE, f"{QUEUE}results/"):
        own, theirs = text(chair_client, address, **query), text(their_client, address, **query)
        assert (SECRET in own, THEIRS in own) == (True, False)
        assert (SECRET in theirs, THEIRS in theirs) == (False, True)


def test_listing(chair_client: Client, their_client: Client) -> None:
    assert_each_sees_their_own(chair_client, their_client)


def test_search(chair_client: Client, their_client: Client) -> None:
    assert_each_sees_their_own(chair_client, their_client, q="palabras")


def test_search_by_number(chair_client: Client, their_client: Client, pending: Comment) -> None:
    assert SECRET in text(chair_client, QUEUE, q=pending.number)
    assert SECRET not in text(their_client, QUEUE, q=pending.number)


def test_filter(chair_client: Client, their_client: Client) -> None:
    for query in (
        {"status": "all"},
        {"theme": Theme.objects.get(slug="equity").pk},
        {"stance": "support"},
        {"language": "es"},
    ):
        assert_each_sees_their_own(chair_client, their_client, **query)
    assert SECRET not in text(their_client, QUEUE, status="nonsense")


def test_filter_by_the_others_draft(
    chair_client: Client, their_client: Client, draft: DraftPage
) -> None:
    own, theirs = (text(c, QUEUE, draft=draft.pk) for c in (chair_client, their_client))
    assert SECRET in own
    assert SECRET not in theirs
    # Neither the draft nor its sections are offered.
    for words in (draft.heading_es, str(draft.sections.first().uid)):
        assert (words in own, words in theirs) == (True, False)


def test_edit(chair_client: Client, their_client: Client, pending: Comment) -> None:
    address = reverse("comments:edit", args=[pending.pk])
    assert SECRET in text(chair_client, address)
    response = their_client.get(address)
    assert response.status_code == 404
    assert SECRET not in response.content.decode()


def test_decide(their_client: Client, pending: Comment) -> None:
    address = reverse("comments:edit", args=[pending.pk])
    response = their_client.post(address, {"outcome": "published", "seen": "pending"})
    pending.refresh_from_db()
    assert (response.status_code, pending.status, pending.decisions.count()) == (404, "pending", 0)


def test_inspect_history_usage_do_not_exist(
    chair_client: Client, their_client: Client, pending: Comment
) -> None:
    """Wagtail's own would ask only whether the user may see some comment."""
    for screen in ("inspect", "history", "history-results", "usage", "delete", "copy"):
        for namespace in ("comments", "wagtailsnippets_submissions_comment"):
            with pytest.raises(NoReverseMatch):
                reverse(f"{namespace}:{screen.replace('-', '_')}", args=[pending.pk])
        for client in (chair_client, their_client):
            for address in (f"{QUEUE}{screen}/{pending.pk}/", f"{QUEUE}{pending.pk}/{screen}/"):
                response = client.get(address)
                assert response.status_code == 404
                assert SECRET not in response.content.decode()


def test_chooser(their_client: Client) -> None:
    assert Comment not in get_snippet_models()
    with pytest.raises(NoReverseMatch):
        reverse("wagtailsnippetchoosers_submissions_comment:choose")
    for part in ("choose", "chooser", "choose/results", "chosen"):
        assert their_client.get(f"{QUEUE}{part}/").status_code == 404


def test_bulk(
    chair_client: Client, their_client: Client, pending: Comment, their_comment: Comment
) -> None:
    seen = f"{pending.pk}:pending {their_comment.pk}:pending"
    for action in ("approve", "reject"):
        ids = f"id={pending.pk}&id={their_comment.pk}"
        outcome = {"approve": "published", "reject": "rejected"}[action]
        for address in (
            f"/admin/bulk/submissions/comment/{action}/?{ids}&next={QUEUE}",
            f"{QUEUE}many/{outcome}/?status=all",
        ):
            own, theirs = text(chair_client, address), text(their_client, address)
            assert (SECRET in own, THEIRS in own) == (True, False)
            assert (SECRET in theirs, THEIRS in theirs) == (False, True)
            assert str(pending) not in theirs
            their_client.post(address, {"seen": seen, "reason_code": "spam"})
            pending.refresh_from_db()
            assert (pending.status, pending.decisions.count()) == ("pending", 0)


def test_bulk_deletion_does_not_exist(
    their_client: Client, chair_client: Client, pending: Comment
) -> None:
    for client in (their_client, chair_client):
        address = f"/admin/bulk/submissions/comment/delete/?id={pending.pk}&id=all&next={QUEUE}"
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert Comment.objects.filter(pk=pending.pk).exists()


def test_export(chair_client: Client, their_client: Client) -> None:
    own, theirs = (text(c, QUEUE, export="csv", status="all") for c in (chair_client, their_client))
    assert (SECRET in own, THEIRS in own) == (True, False)
    assert (SECRET in theirs, THEIRS in theirs) == (False, True)
    response = their_client.get(QUEUE, {"export": "xlsx", "status": "all"})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    cells = [str(value) for row in sheet.values for value in row]
    assert (any(SECRET in v for v in cells), any(THEIRS in v for v in cells)) == (False, True)


def test_admin_api(chair_client: Client, their_client: Client, pending: Comment) -> None:
    """It knows pages, images and documents; comments are none of these."""
    for part in ("comments", "submissions.Comment", "snippets"):
        for client in (chair_client, their_client):
            assert client.get(f"/admin/api/main/{part}/").status_code == 404
    response = their_client.get("/admin/api/main/pages/", {"fields": "*", "limit": 20})
    assert response.status_code == 200
    assert response.json()["meta"]["total_count"] > 0
    assert SECRET not in response.content.decode()


def test_public_search(
    their_client: Client, pending: Comment, draft: DraftPage, settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    published = comment_on(draft, "Palabras publicadas de la sierra.", status=Status.PUBLISHED)
    response = their_client.get("/api/v1/search", {"q": "palabras", "type": "comment"})
    assert response.status_code == 200
    assert [hit["id"] for hit in response.json()["hits"]] == [published.pk]
    assert SECRET not in response.content.decode()
    response = their_client.get("/es/search/", {"q": "palabras", "type": "comment"})
    assert response.status_code == 200
    html = response.content.decode()
    assert f"/es/comments/{published.pk}/" in html
    assert f"/es/comments/{pending.pk}/" not in html
    assert "reservadas" not in html


def test_menu_counts_ones_own(chair_client: Client, their_client: Client, draft: DraftPage) -> None:
    comment_on(draft, "Otro que espera.")
    assert "(2)" in text(chair_client, "/admin/")
    assert "(1)" in text(their_client, "/admin/")


def test_addresses_of_the_admin_and_references(other_chair: User, pending: Comment) -> None:
    assert AdminURLFinder(other_chair).get_edit_url(pending) is None
    assert not ReferenceIndex.model_is_indexable(Comment) or (
        Comment not in ReferenceIndex.tracked_models
    )


def test_policy(chair: User, other_chair: User, staff_user: User, pending: Comment) -> None:
    policy = policy_registry.get_by_type(Comment)
    for action in ("view", "change"):
        assert policy.user_has_permission_for_instance(chair, action, pending)
        assert not policy.user_has_permission_for_instance(other_chair, action, pending)
        assert not policy.user_has_permission(staff_user, action)
    assert pending not in policy.instances_user_has_any_permission_for(other_chair, ["change"])
    for action in ("add", "delete"):
        assert not policy.user_has_permission_for_instance(chair, action, pending)


def test_history_of_the_site(chair_client: Client, their_client: Client, pending: Comment) -> None:
    address = reverse("comments:edit", args=[pending.pk])
    chair_client.post(address, {"outcome": "published", "seen": "pending"})
    report = text(their_client, reverse("wagtailadmin_reports:site_history"))
    assert str(pending) not in report
    assert SECRET not in report


def test_staff_and_strangers_have_no_queue(
    client: Client, staff_user: User, pending: Comment
) -> None:
    """Staff publish drafts; what waits is read by the group's chairs."""
    client.force_login(staff_user)
    assert client.get(QUEUE).status_code == 302
    assert client.get(reverse("comments:edit", args=[pending.pk])).status_code == 404
    assert f'href="{QUEUE}"' not in text(client, "/admin/")
    client.logout()
    assert client.get(QUEUE).status_code == 302


def test_a_superuser_moderates_while_active(
    client: Client, django_user_model: Any, pending: Comment
) -> None:
    root = django_user_model.objects.create_superuser("root", "root@example.org", "x")
    client.force_login(root)
    assert SECRET in text(client, QUEUE)
    policy = policy_registry.get_by_type(Comment)
    root.is_active = False
    assert not policy.user_has_permission_for_instance(root, "view", pending)
