import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.template import Context, Template

from consult.common.append_only import AppendOnlyError
from consult.moderation.actions import DecidedMeanwhile, decide
from consult.moderation.models import Decision
from consult.submissions.actions import change_status
from consult.submissions.models import Comment
from consult.submissions.signals import comments_changed
from tests.factories import comment_on, submit
from working_groups.models import DraftPage


def test_a_decision_is_a_row_and_the_comments_status(chair: User, pending: Comment) -> None:
    (decision,) = decide(
        {pending.pk: "pending"}, "rejected", by=chair, reason_code="abuse", note="No."
    )
    pending.refresh_from_db()
    assert pending.status == "rejected"
    assert (decision.from_status, decision.to_status, decision.reason_code, decision.note) == (
        "pending",
        "rejected",
        "abuse",
        "No.",
    )
    assert decision.decided_by == chair


def test_a_change_of_mind_is_another_row(chair: User, pending: Comment) -> None:
    decide({pending.pk: "pending"}, "rejected", by=chair, reason_code="spam")
    decide({pending.pk: "rejected"}, "published", by=chair)
    decide({pending.pk: "published"}, "rejected", by=chair, reason_code="abuse")
    decide({pending.pk: "rejected"}, "rejected", by=chair, reason_code="unlawful")
    pending.refresh_from_db()
    assert pending.status == "rejected"
    assert list(pending.decisions.values_list("to_status", "reason_code")) == [
        ("rejected", "spam"),
        ("published", ""),
        ("rejected", "abuse"),
        ("rejected", "unlawful"),
    ]


def test_decisions_are_never_changed_nor_deleted(chair: User, pending: Comment) -> None:
    (decision,) = decide({pending.pk: "pending"}, "published", by=chair)
    decision = Decision.objects.get(pk=decision.pk)
    decision.note = "Otra cosa"
    for change in (
        decision.save,
        decision.delete,
        Decision.objects.all().delete,
        lambda: Decision.objects.update(note="Otra cosa"),
    ):
        with pytest.raises(AppendOnlyError):
            change()


def test_a_rejection_needs_a_reason(chair: User, pending: Comment) -> None:
    for reason_code, note, field in (
        ("", "", "reason_code"),
        ("whim", "", "reason_code"),
        ("other", " ", "note"),
        ("spam", "x" * (2_001), "note"),
    ):
        seen = {pending.pk: "pending"}
        with pytest.raises(ValidationError) as refusal:
            decide(seen, "rejected", by=chair, reason_code=reason_code, note=note)
        assert list(refusal.value.message_dict) == [field]
    assert Decision.objects.count() == 0


def test_what_a_colleague_decided_meanwhile_is_refused(
    chair: User, pending: Comment, draft: DraftPage
) -> None:
    second = comment_on(draft, "Otro comentario.")
    seen = {pending.pk: "pending", second.pk: "pending"}
    decide({pending.pk: "pending"}, "rejected", by=chair, reason_code="spam")
    with pytest.raises(DecidedMeanwhile, match=f"№ {pending.pk}"):
        decide(seen, "published", by=chair)
    second.refresh_from_db()
    # All or none.
    assert (second.status, Decision.objects.count()) == ("pending", 1)


def test_one_that_is_not_theirs_stops_the_whole(
    chair: User, other_chair: User, staff_user: User, pending: Comment, other_draft: DraftPage
) -> None:
    theirs = comment_on(other_draft, "Del otro grupo.")
    seen = {pending.pk: "pending", theirs.pk: "pending"}
    for user in (chair, other_chair, staff_user):
        with pytest.raises(PermissionDenied):
            decide(seen, "published", by=user)
    assert Decision.objects.count() == 0


def test_what_cannot_be_decided(chair: User, pending: Comment) -> None:
    for status, outcome in (
        ("withdrawn", "published"),
        ("withdrawn", "rejected"),
        ("published", "published"),
        ("pending", "withdrawn"),
        ("pending", "nonsense"),
    ):
        change_status([pending], status)
        with pytest.raises(ValidationError):
            decide({pending.pk: status}, outcome, by=chair, reason_code="spam")
    assert Decision.objects.count() == 0


def test_the_news_goes_up(chair: User, pending: Comment) -> None:
    heard: list[list[int]] = []

    def hear(comments: list[int], **kwargs: object) -> None:
        heard.append(comments)

    comments_changed.connect(hear)
    try:
        decide({pending.pk: "pending"}, "published", by=chair)
    finally:
        comments_changed.disconnect(hear)
    assert heard == [[pending.pk]]


def test_a_chair_who_left_decides_no_more(chair: User, pending: Comment) -> None:
    chair.groups.clear()
    with pytest.raises(PermissionDenied):
        decide({pending.pk: "pending"}, "published", by=chair)


def test_the_receipt_is_told_what_stands(chair: User, draft: DraftPage) -> None:
    submission = submit(draft, "Primero.", "Segundo.", "Tercero.")
    first, second, _third = submission.comments.all()
    decide({first.pk: "pending", second.pk: "pending"}, "rejected", by=chair, reason_code="spam")
    decide({second.pk: "rejected"}, "published", by=chair)
    shown = Template(
        "{% load moderation %}{% decisions_of submission as decisions %}"
        "{% for d in decisions %}{{ d.comment_id }}:{{ d.to_status }}:{{ d.reason_code }} {% endfor %}"
    ).render(Context({"submission": submission}))
    assert shown.split() == [f"{first.pk}:rejected:spam", f"{second.pk}:published:"]
