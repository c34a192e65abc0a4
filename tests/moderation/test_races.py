"""What chairs and authors do at the same moment, on the database that the suite runs on."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from consult.moderation import bulk
from consult.moderation.actions import DecidedMeanwhile, decide, decide_appeal
from consult.moderation.models import Appeal, Decision
from consult.submissions.actions import ChangeRefused, NewComment, edit_comment, withdraw
from consult.submissions.covering import Span
from consult.submissions.models import Comment
from tests.factories import comment_on, make_draft, make_group, make_user
from tests.racing import at_once, database_of_its_own
from working_groups.models import DraftPage

ROUNDS = 8


@pytest.fixture
def draft(db: None, tmp_path: Path) -> Iterator[DraftPage]:
    """An open draft in a database that threads can share."""
    with database_of_its_own(tmp_path):
        yield make_draft(make_group("ia-trabajo", "IA y trabajo"), "formacion")


@pytest.fixture
def chairs(draft: DraftPage) -> list[User]:
    return [make_user(f"chair{n}", draft.group.chairs) for n in (1, 2)]


def fresh(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def test_two_chairs_decide_the_same_comment(draft: DraftPage, chairs: list[User]) -> None:
    for n in range(ROUNDS):
        comment = comment_on(draft, f"Comentario {n}.")
        seen = {comment.pk: "pending"}
        results = at_once(
            partial(decide, seen, "published", by=chairs[0]),
            partial(decide, seen, "rejected", by=chairs[1], reason_code="spam"),
        )
        (refused,) = (each for each in results if isinstance(each, Exception))
        assert isinstance(refused, DecidedMeanwhile), refused
        decision = Decision.objects.get(comment=comment)
        assert fresh(comment).status == decision.to_status
        # Who was late is told by whom and how.
        assert decision.decided_by.username in str(refused)


def test_two_chairs_decide_on_the_same_many(draft: DraftPage, chairs: list[User]) -> None:
    """Each locks in the same order, so that neither waits for the other for ever."""
    for n in range(ROUNDS):
        comments = [comment_on(draft, f"Comentario {n}.{m}.") for m in range(6)]
        forth = {comment.pk: "pending" for comment in comments}
        back = dict(reversed(forth.items()))
        results = at_once(
            partial(decide, forth, "published", by=chairs[0]),
            partial(decide, back, "published", by=chairs[1]),
        )
        assert sorted(map(type, results), key=str) == sorted((list, DecidedMeanwhile), key=str)
        assert Decision.objects.filter(comment__in=comments).count() == len(comments)


@pytest.mark.parametrize("outcome", ["published", "redacted", "rejected"])
def test_the_edit_against_the_decision(draft: DraftPage, chairs: list[User], outcome: str) -> None:
    """Nobody's words are decided unread, whichever comes first."""
    spans = {"body": [Span(0, 4, "name")]} if outcome == "redacted" else None
    for n in range(ROUNDS):
        comment = comment_on(draft, f"Luis dijo {n}.")
        decided, edited = at_once(
            partial(
                decide,
                {comment.pk: "pending"},
                outcome,
                by=chairs[0],
                reason_code="" if outcome == "published" else "other",
                note="Por esto.",
                spans=spans,
            ),
            partial(edit_comment, comment.pk, NewComment("Otra."), seen=1, now=timezone.now()),
        )
        assert isinstance(edited, Comment), edited
        now = fresh(comment)
        assert (now.body, now.edition, now.status) == ("Otra.", 2, "pending")
        if isinstance(decided, DecidedMeanwhile):
            assert not now.decisions.exists()
        else:
            assert [each.edition for each in decided] == [1]
    call_command("verify_ledger")


def test_withdrawing_in_the_last_second(draft: DraftPage, chairs: list[User]) -> None:
    """The last second counts, whatever a chair does in it; the one after does not."""
    last = draft.closes_at
    for n in range(ROUNDS):
        in_time, late = (comment_on(draft, f"Comentario {n}.") for _turn in range(2))
        decided, withdrawn, refused = at_once(
            partial(decide, {in_time.pk: "pending"}, "published", by=chairs[0]),
            partial(withdraw, [in_time.pk], now=last),
            partial(withdraw, [late.pk], now=last + timedelta(seconds=1)),
        )
        assert isinstance(withdrawn, list), withdrawn
        assert isinstance(decided, list | DecidedMeanwhile), decided
        assert isinstance(refused, ChangeRefused), refused
        assert (fresh(in_time).status, fresh(late).status) == ("withdrawn", "pending")
    call_command("verify_ledger")


def test_an_appeal_is_decided_once(draft: DraftPage, chairs: list[User]) -> None:
    third = make_user("chair3", draft.group.chairs)
    for n in range(ROUNDS):
        comment = comment_on(draft, f"Comentario {n}.")
        (rejection,) = decide({comment.pk: "pending"}, "rejected", by=chairs[0], reason_code="spam")
        appeal = Appeal.objects.create(
            comment=comment, against=rejection, words="No.", made_at=timezone.now()
        )
        results = at_once(
            partial(decide_appeal, appeal.pk, "rejected", grant=True, note="", by=chairs[1]),
            partial(decide_appeal, appeal.pk, "rejected", grant=False, note="No.", by=third),
        )
        (refused,) = (each for each in results if isinstance(each, Exception))
        assert isinstance(refused, DecidedMeanwhile | PermissionDenied), refused
        assert comment.decisions.count() == 2
        assert fresh(comment).status == comment.decisions.last().to_status


def test_two_workers_and_a_chair_on_one_decision_on_many(
    draft: DraftPage, chairs: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 4)
    comments = [comment_on(draft, f"Compre {n}.") for n in range(24)]
    made = bulk.begin(Comment.objects.all(), "rejected", by=chairs[0], reason_code="spam")

    def work() -> None:
        while bulk.work_off():
            pass

    def publish() -> int:
        done = 0
        for comment in reversed(comments):
            try:
                decide({comment.pk: "pending"}, "published", by=chairs[1])
                done += 1
            except DecidedMeanwhile:
                pass
        return done

    *workers, published = at_once(work, work, publish)
    assert workers == [None, None]
    progress = bulk.progress_of(made)
    assert (progress.decided, progress.changed) == (24 - published, published)
    assert Decision.objects.count() == 24
    assert Decision.objects.values("comment").distinct().count() == 24
