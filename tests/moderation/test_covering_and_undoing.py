"""Covering, hiding, withholding, and taking a decision back by another one."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from consult.moderation import rules
from consult.moderation.actions import DecidedMeanwhile, decide, decide_appeal, undo
from consult.moderation.models import Appeal, Decision
from consult.moderation.signals import appeal_decided, comments_decided
from consult.submissions.actions import NewComment, edit_comment, withdraw
from consult.submissions.covering import Span
from consult.submissions.models import Attachment, Comment
from tests.factories import comment_on, make_user
from working_groups.models import DraftPage

WORDS = "Llámeme al 656 123 4567, soy Ana Ruiz."
PHONE = {"body": [Span(11, 23, "phone")]}
NAME = {"body": [Span(29, 37, "name")]}
PERSONAL = {"reason_code": "personal_data"}


@pytest.fixture
def told(draft: DraftPage) -> Comment:
    return comment_on(draft, WORDS)


def seen(comment: Comment) -> dict[int, str]:
    comment.refresh_from_db()
    return {comment.pk: rules.seen_as(comment.status, comment.edition)}


def test_what_is_covered_is_in_no_column_but_the_statement(chair: User, told: Comment) -> None:
    (decision,) = decide(seen(told), "redacted", by=chair, spans=PHONE, **PERSONAL)
    told.refresh_from_db()
    assert (told.status, told.body) == ("redacted", "Llámeme al ⟦phone⟧, soy Ana Ruiz.")
    assert told.statements.get().words["body"] == WORDS
    assert decision.covered == [["body", 11, 23, "phone"]]
    call_command("verify_ledger")


def test_covering_again_counts_from_what_was_written(chair: User, told: Comment) -> None:
    decide(seen(told), "redacted", by=chair, spans=PHONE, **PERSONAL)
    both = {"body": [*PHONE["body"], *NAME["body"]]}
    decide(seen(told), "redacted", by=chair, spans=both, **PERSONAL)
    told.refresh_from_db()
    assert told.body == "Llámeme al ⟦phone⟧, soy ⟦name⟧."
    decide(seen(told), "published", by=chair)
    told.refresh_from_db()
    assert (told.status, told.body) == ("published", WORDS)


def test_undoing_goes_back_step_by_step(chair: User, told: Comment) -> None:
    """Each state as it was, by a new decision; the log says all of it."""
    decide(seen(told), "redacted", by=chair, spans=PHONE, **PERSONAL)
    decide(seen(told), "hidden", by=chair, reason_code="abuse", note="Nota")
    undo(told.pk, "hidden", by=chair)
    told.refresh_from_db()
    assert (told.status, "656" in told.body) == ("redacted", False)
    # The decision that stands now is the undoing, so undoing it hides the comment again.
    decision = undo(told.pk, "redacted", by=chair)
    assert (decision.to_status, decision.reason_code) == ("hidden", "abuse")
    steps = list(told.decisions.values_list("from_status", "to_status"))
    assert steps == [
        ("pending", "redacted"),
        ("redacted", "hidden"),
        ("hidden", "redacted"),
        ("redacted", "hidden"),
    ]


def test_undoing_the_first_makes_it_wait_again_with_its_words(chair: User, told: Comment) -> None:
    decide(seen(told), "redacted", by=chair, spans=PHONE, **PERSONAL)
    undo(told.pk, "redacted", by=chair)
    told.refresh_from_db()
    assert (told.status, told.body) == ("pending", WORDS)


def test_undoing_a_publication_after_a_rejection_brings_its_reason_back(
    chair: User, told: Comment
) -> None:
    decide(seen(told), "rejected", by=chair, reason_code="spam", note="Es publicidad.")
    decide(seen(told), "published", by=chair)
    decision = undo(told.pk, "published", by=chair)
    assert (decision.to_status, decision.reason_code, decision.note) == (
        "rejected",
        "spam",
        "Es publicidad.",
    )


def test_nothing_to_undo(chair: User, told: Comment) -> None:
    with pytest.raises(ValidationError):
        undo(told.pk, "pending", by=chair)
    decide(seen(told), "published", by=chair)
    withdraw([told.pk], now=timezone.now())
    with pytest.raises(ValidationError):
        undo(told.pk, "withdrawn", by=chair)


def test_what_needs_a_reason_or_parts(chair: User, told: Comment) -> None:
    for outcome, options, field in (
        ("redacted", {"spans": PHONE}, "reason_code"),
        ("redacted", PERSONAL, "spans"),
        ("published", {"spans": PHONE}, "spans"),
    ):
        with pytest.raises(ValidationError) as refusal:
            decide(seen(told), outcome, by=chair, **options)
        assert list(refusal.value.message_dict) == [field]
    decide(seen(told), "published", by=chair)
    with pytest.raises(ValidationError) as refusal:
        decide(seen(told), "hidden", by=chair)
    assert list(refusal.value.message_dict) == ["reason_code"]


def test_what_its_author_changed_is_not_decided_unread(chair: User, told: Comment) -> None:
    before = seen(told)
    edit_comment(told.pk, NewComment("Otra cosa."), seen=1, now=timezone.now())
    for outcome in ("published", "rejected"):
        with pytest.raises(DecidedMeanwhile, match=r"lo cambió|changed it"):
            decide(before, outcome, by=chair, reason_code="spam")
    told.refresh_from_db()
    assert (told.status, Decision.objects.count()) == ("pending", 0)
    decide({told.pk: "pending.2"}, "published", by=chair)


def test_a_covered_comment_that_its_author_changes_waits_uncovered(
    chair: User, told: Comment
) -> None:
    """The spans were of other words."""
    decide(seen(told), "redacted", by=chair, spans=PHONE, **PERSONAL)
    edit_comment(told.pk, NewComment("Sin teléfono, mejor así."), seen=1, now=timezone.now())
    told.refresh_from_db()
    assert (told.status, told.body) == ("pending", "Sin teléfono, mejor así.")
    (decision,) = decide(seen(told), "published", by=chair)
    assert decision.covered == []


def test_an_attachment_withheld_and_given_back(chair: User, told: Comment) -> None:
    files = [
        Attachment.objects.create(
            submission=told.submission,
            comment=told,
            file=f"x{n}",
            name=f"{n}.pdf",
            size=1,
            stored_at=timezone.now(),
        )
        for n in range(2)
    ]
    decide(seen(told), "published", by=chair, withheld=[files[0].pk])
    told.refresh_from_db()
    assert [file.is_public() for file in told.attachments.all()] == [False, True]
    decide(seen(told), "hidden", by=chair, reason_code="abuse")
    undo(told.pk, "hidden", by=chair)
    assert [file.withheld for file in told.attachments.all()] == [True, False]
    undo(told.pk, "published", by=chair)
    told.refresh_from_db()
    assert [file.is_public() for file in told.attachments.all()] == [False, False]


def rejected(comment: Comment, by: User) -> Appeal:
    (decision,) = decide(seen(comment), "rejected", by=by, reason_code="spam", note="No.")
    return Appeal.objects.create(
        comment=comment, against=decision, words="No es publicidad.", made_at=timezone.now()
    )


@pytest.fixture
def cochair(draft: DraftPage) -> User:
    return make_user("chair2", draft.group.chairs)


def test_an_appeal_is_decided_by_somebody_else(
    chair: User, cochair: User, other_chair: User, staff_user: User, told: Comment
) -> None:
    appeal = rejected(told, chair)
    for user in (chair, other_chair):
        with pytest.raises(PermissionDenied):
            decide_appeal(appeal.pk, "rejected", grant=True, note="", by=user)
    heard = []
    appeal_decided.connect(receiver := lambda appeal, **kwargs: heard.append(appeal))
    comments_decided.connect(unheard := lambda **kwargs: pytest.fail("two letters"))
    try:
        decision = decide_appeal(appeal.pk, "rejected", grant=True, note="", by=cochair)
    finally:
        appeal_decided.disconnect(receiver)
        comments_decided.disconnect(unheard)
    told.refresh_from_db()
    assert (told.status, heard, decision.appeal) == ("published", [appeal], appeal)
    # Once: neither again, nor the other way round.
    for user in (cochair, staff_user):
        with pytest.raises(PermissionDenied):
            decide_appeal(appeal.pk, "published", grant=False, note="No", by=user)
    for attempt in (
        lambda: undo(told.pk, "published", by=chair),
        lambda: decide(seen(told), "rejected", by=chair, reason_code="spam"),
    ):
        with pytest.raises(ValidationError):
            attempt()


def test_staff_uphold_with_a_reason(chair: User, staff_user: User, told: Comment) -> None:
    appeal = rejected(told, chair)
    with pytest.raises(ValidationError):
        decide_appeal(appeal.pk, "rejected", grant=False, note=" ", by=staff_user)
    decision = decide_appeal(appeal.pk, "rejected", grant=False, note="Lo es.", by=staff_user)
    assert (decision.to_status, decision.reason_code, decision.note) == (
        "rejected",
        "spam",
        "Lo es.",
    )


def test_while_an_appeal_is_open_only_the_appeal_is_decided(
    chair: User, cochair: User, told: Comment
) -> None:
    rejected(told, chair)
    for user in (chair, cochair):
        with pytest.raises(ValidationError):
            decide(seen(told), "published", by=user)
        with pytest.raises(ValidationError):
            undo(told.pk, "rejected", by=user)
