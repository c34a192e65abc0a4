"""One decision on all that the queue shows, worked off in the background."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consult.common.signals import worker_turn
from consult.moderation import bulk
from consult.moderation.actions import decide
from consult.moderation.models import Appeal, BulkDecision, BulkItem, Decision
from consult.submissions import erasing
from consult.submissions.actions import NewComment, edit_comment, withdraw
from consult.submissions.covering import Span
from consult.submissions.models import Comment
from tests.factories import comment_on
from working_groups.models import DraftPage

REJECT = "/admin/comments/many/rejected/"


@pytest.fixture
def many(draft: DraftPage) -> list[Comment]:
    return [comment_on(draft, f"Compre {n}.", stance="oppose") for n in range(7)]


@pytest.fixture(autouse=True)
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 3)


def confirm(client: Client, upto: int, **form: Any) -> BulkDecision:
    address = f"{REJECT}?stance=oppose"
    response = client.post(address, {"upto": upto, "reason_code": "spam", **form})
    assert response.status_code == 302, response.content.decode()
    made = BulkDecision.objects.get()
    assert response.url == reverse("comments:bulk_progress", args=[made.pk])
    return made


def work() -> None:
    """As the worker does: every chore, until none has anything to do."""
    more = True
    while more:
        more = any(chore(sender=None, signal=worker_turn) for chore in chores())


def chores() -> list[Any]:
    return [each for name, each in worker_turn.chores.items() if "moderation" in name]


def statuses(comments: list[Comment]) -> list[str]:
    return list(
        Comment.objects.filter(pk__in=[c.pk for c in comments]).values_list("status", flat=True)
    )


def test_all_that_the_filter_shows_with_one_reason(
    chair_client: Client, chair: User, draft: DraftPage, many: list[Comment]
) -> None:
    kept = comment_on(draft, "A favor.", stance="support")
    page = chair_client.get(f"{REJECT}?stance=oppose")
    assert (page.context["total"], page.context["upto"]) == (7, many[-1].pk)
    late = comment_on(draft, "Llegó después.", stance="oppose")
    made = confirm(chair_client, page.context["upto"], note="No se admite <i>.")
    # Nothing happens in the request.
    assert set(statuses(many)) == {"pending"}
    work()
    assert set(statuses(many)) == {"rejected"}
    assert statuses([kept, late]) == ["pending", "pending"]
    rows = Decision.objects.values_list("reason_code", "note", "decided_by", "bulk").distinct()
    assert list(rows.order_by()) == [("spam", "No se admite <i>.", chair.pk, made.pk)]
    made.refresh_from_db()
    assert made.finished_at
    assert Decision.objects.count() == 7


def test_progress_is_shown_and_it_can_be_stopped_and_go_on(
    chair_client: Client, many: list[Comment]
) -> None:
    made = confirm(chair_client, many[-1].pk)
    address = reverse("comments:bulk_progress", args=[made.pk])
    bulk.work_off()
    page = chair_client.get(address)
    assert page.context["progress"] == bulk.Progress(total=7, decided=3, changed=0)
    assert page["Refresh"]
    chair_client.post(reverse("comments:bulk_stop", args=[made.pk]))
    work()
    assert Decision.objects.count() == 3
    assert not chair_client.get(address).has_header("Refresh")
    chair_client.post(reverse("comments:bulk_resume", args=[made.pk]))
    work()
    assert Decision.objects.count() == 7
    page = chair_client.get(address)
    assert page.context["progress"].through == 7
    assert (
        made.get_to_status_display() in chair_client.get("/admin/comments/many/").content.decode()
    )


def test_what_changed_meanwhile_is_left_and_listed(
    chair_client: Client, chair: User, many: list[Comment]
) -> None:
    made = confirm(chair_client, many[-1].pk)
    edit_comment(many[0].pk, NewComment("Mejor así."), seen=1, now=timezone.now())
    withdraw([many[1].pk], now=timezone.now())
    decide({many[2].pk: "pending"}, "published", by=chair)
    (rejection,) = decide({many[5].pk: "pending"}, "rejected", by=chair, reason_code="abuse")
    Appeal.objects.create(comment=many[5], against=rejection, words="No.", made_at=timezone.now())
    work()
    left = [many[0], many[1], many[2], many[5]]
    assert statuses(left) == ["pending", "withdrawn", "published", "rejected"]
    assert Decision.objects.filter(bulk=made).count() == 3
    page = chair_client.get(reverse("comments:bulk_progress", args=[made.pk]))
    assert list(page.context["changed"]) == left


def test_a_turn_that_breaks_off_did_nothing(
    chair_client: Client, many: list[Comment], monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(chair_client, many[-1].pk)
    bulk.work_off()
    with monkeypatch.context() as broken:
        broken.setattr(BulkItem.objects, "filter", lambda **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bulk.work_off()
    assert Decision.objects.count() == 3
    work()
    assert Decision.objects.count() == 7


def test_who_left_the_group_decides_no_more(
    chair_client: Client, chair: User, many: list[Comment]
) -> None:
    confirm(chair_client, many[-1].pk)
    chair.groups.clear()
    work()
    assert Decision.objects.count() == 0
    assert set(BulkItem.objects.values_list("state", flat=True)) == {"changed"}


def test_without_a_reason_nothing_begins(chair_client: Client, many: list[Comment]) -> None:
    for form in (
        {"upto": many[-1].pk, "reason_code": ""},
        {"upto": many[-1].pk, "reason_code": "other", "note": ""},
        {"upto": "²", "reason_code": "spam"},
        {"reason_code": "spam"},
    ):
        assert chair_client.post(REJECT, form).status_code == 422
    empty = chair_client.post(f"{REJECT}?status=nonsense", {"upto": 9, "reason_code": "spam"})
    assert empty.status_code == 409
    for outcome in ("hidden", "redacted", "withdrawn", "nonsense"):
        assert chair_client.get(f"/admin/comments/many/{outcome}/").status_code == 404
    assert not BulkDecision.objects.exists()


def test_another_groups_chair(
    chair_client: Client,
    their_client: Client,
    client: Client,
    staff_user: User,
    many: list[Comment],
) -> None:
    made = confirm(chair_client, many[-1].pk)
    client.force_login(staff_user)
    for stranger, refused in ((their_client, 404), (client, 302)):
        for name in ("bulk_progress", "bulk_stop", "bulk_resume"):
            address = reverse(f"comments:{name}", args=[made.pk])
            ask = stranger.get if name == "bulk_progress" else stranger.post
            assert ask(address).status_code in (404, refused)
    response = their_client.post(REJECT, {"upto": many[-1].pk, "reason_code": "spam"})
    assert response.status_code == 409
    made.refresh_from_db()
    assert made.stopped_at is None


def test_what_somebody_kept_from_the_public_is_not_shown_by_many(
    chair_client: Client, chair: User, many: list[Comment]
) -> None:
    hidden, covered, rejected, waiting = many[:4]
    decide({hidden.pk: "pending"}, "published", by=chair)
    decide({hidden.pk: "published"}, "hidden", by=chair, reason_code="abuse")
    parts = {"body": [Span(0, 6, "name")]}
    decide({covered.pk: "pending"}, "redacted", by=chair, reason_code="personal_data", spans=parts)
    decide({rejected.pk: "pending"}, "rejected", by=chair, reason_code="abuse")
    kept, stood = [hidden, covered, rejected], ["hidden", "redacted", "rejected"]
    address = "/admin/comments/many/published/?status=all"
    assert chair_client.get(address).context["total"] == 4
    assert chair_client.post(address, {"upto": many[-1].pk}).status_code == 302
    work()
    assert statuses(kept) == stood
    assert statuses(many[3:]) == ["published"] * 4
    # Neither by choosing them in the list,
    chosen = "&".join(f"id={comment.pk}" for comment in many)
    approve = f"/admin/bulk/submissions/comment/approve/?{chosen}"
    assert not chair_client.get(approve).context["items"]
    seen = " ".join(f"{c.pk}:{s}" for c, s in zip(kept, stood, strict=True))
    chair_client.post(approve, {"seen": seen})
    assert statuses(kept) == stood
    # nor is what is covered, hidden or rejected already rejected among many.
    page = chair_client.get("/admin/comments/many/rejected/?status=all")
    assert page.context["total"] == 4
    again = {rejected.pk: "rejected", waiting.pk: "published"}
    with pytest.raises(ValidationError, match="queda como está"):
        decide(again, "rejected", by=chair, reason_code="spam")


def test_one_that_is_refused_stops_no_other(
    chair_client: Client, chair: User, draft: DraftPage, many: list[Comment]
) -> None:
    covered = many[1]
    made = confirm(chair_client, many[-1].pk)
    parts = {"body": [Span(0, 6, "name")]}
    decide({covered.pk: "pending"}, "redacted", by=chair, reason_code="personal_data", spans=parts)
    erasing.erase_originals(covered.submission, now=timezone.now())
    # As it was confirmed before the rules let no decision on many touch what is covered.
    made.to_status = "published"
    made.save()
    made.items.filter(comment=covered).update(status="redacted")
    later = comment_on(draft, "Después.")
    bulk.begin(Comment.objects.filter(pk=later.pk), "published", by=chair)
    work()
    assert statuses([covered]) == ["redacted"]
    assert statuses([each for each in many if each != covered]) == ["published"] * 6
    assert [item.comment for item in made.items.filter(state="changed")] == [covered]
    assert Decision.objects.filter(bulk=made).count() == 6
    assert statuses([later]) == ["published"]
    assert not BulkDecision.objects.filter(finished_at=None).exists()


def test_one_over_several_groups_is_not_for_the_chair_of_one(
    chair_client: Client, client: Client, other_draft: DraftPage, many: list[Comment]
) -> None:
    root = User.objects.create_superuser("root")
    comment_on(other_draft, "Del otro grupo.", stance="oppose")
    made = bulk.begin(Comment.objects.all(), "published", by=root)
    assert made.items.count() == 8
    listed = "/admin/comments/many/"
    address = reverse("comments:bulk_progress", args=[made.pk])
    for name in ("bulk_stop", "bulk_resume"):
        response = chair_client.post(reverse(f"comments:{name}", args=[made.pk]))
        assert response.status_code == 404
    assert chair_client.get(address).status_code == 404
    assert address not in chair_client.get(listed).content.decode()
    client.force_login(root)
    assert address in client.get(listed).content.decode()
    client.post(reverse("comments:bulk_stop", args=[made.pk]))
    made.refresh_from_db()
    assert made.stopped_at
