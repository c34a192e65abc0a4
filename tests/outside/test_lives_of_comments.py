"""Whatever respondents, chairs and clerks do in whatever order: nothing is lost, nothing leaks.

Each wording has words of its own, so that any surface can be asked what it shows.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consult.moderation import rules as moderation_rules
from consult.moderation.actions import (
    AppealRefused,
    DecidedMeanwhile,
    appeal,
    decide,
    decide_appeal,
    undo,
)
from consult.moderation.models import Appeal, Decision
from consult.notices.models import Letter
from consult.search.actions import drain, rebuild
from consult.submissions import actions, erasing, ledger, rules
from consult.submissions.covering import Span, without
from consult.submissions.enums import PUBLIC_STATUSES, LedgerKind, Status
from consult.submissions.models import Comment, LedgerEntry, Statement
from tests.factories import make_draft, make_group, make_user, submit
from working_groups.enums import ModerationPolicy
from working_groups.models import DraftPage

ANY = st.integers(0, 1_000)
OUTCOMES = st.sampled_from(
    [Status.PUBLISHED, Status.REJECTED, Status.REDACTED, Status.HIDDEN, Status.REDACTED]
)
SURFACES = ("/es/groups/mesa/borrador/", "/en/groups/mesa/borrador/comments/", "/es/")


@dataclass
class Life:
    """What the test knows of one comment."""

    receipt: str
    status: str
    # Of each edition: a word that may be covered, and the rest.
    words: list[tuple[str, str]] = field(default_factory=list)
    covered: bool = False
    erased: bool = False

    def public(self) -> set[str]:
        """The words of it that everybody may read."""
        if self.status not in PUBLIC_STATUSES:
            return set()
        word, rest = self.words[-1]
        return {rest} if self.covered else {word, rest}

    def all(self) -> set[str]:
        return {word for pair in self.words for word in pair}


class Lives(RuleBasedStateMachine):
    """A consultation in the hands of all who take part, undone after each life."""

    def __init__(self) -> None:
        super().__init__()
        self.undo_all = transaction.atomic()
        self.undo_all.__enter__()
        self.lives: dict[int, Life] = {}
        self.count = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo_all.__exit__(None, None, None)

    @initialize(policy=st.sampled_from(ModerationPolicy.values))
    def begin(self, policy: str) -> None:
        cache.clear()
        self.group = make_group("mesa", "Mesa")
        self.draft = make_draft(self.group, "borrador", moderation=policy)
        self.chairs = [make_user(name, self.group.chairs) for name in ("una", "otra")]
        rebuild()

    # --- What they do ----------------------------------------------------------------------------

    def new_words(self) -> tuple[str, str]:
        self.count += 1
        return f"secreta{self.count}x", f"abierta{self.count}x"

    def chosen(self, any_number: int) -> tuple[int, Life]:
        numbers = sorted(self.lives)
        number = numbers[any_number % len(numbers)]
        return number, self.lives[number]

    @rule(many=st.integers(1, 2), email=st.booleans())
    def send(self, many: int, email: bool) -> None:
        words = [self.new_words() for _ in range(many)]
        submission = submit(
            self.draft,
            *map(" ".join, words),
            respondent={"email": f"correo{self.count}x@example.org" if email else ""},
        )
        first = actions.first_status(self.draft)
        for comment, pair in zip(submission.comments.all(), words, strict=True):
            assert comment.status == first
            self.lives[comment.pk] = Life(submission.receipt, first, [pair])

    @precondition(lambda self: self.lives)
    @rule(which=ANY, stale=st.booleans())
    def edit(self, which: int, stale: bool) -> None:
        number, life = self.chosen(which)
        pair = self.new_words()
        new = actions.NewComment(body=" ".join(pair))
        seen = len(life.words) - stale
        may = rules.may_change(life.status) and not stale
        try:
            actions.edit_comment(number, new, seen=seen, now=timezone.now())
        except actions.ChangeRefused:
            assert not may
            return
        assert may
        life.words.append(pair)
        life.covered = False
        life.status = after_change(
            life.status,
            actions.first_status(self.draft),
            set(Decision.objects.filter(comment=number).values_list("to_status", flat=True)),
        )

    @precondition(lambda self: self.lives)
    @rule(which=ANY)
    def withdraw(self, which: int) -> None:
        number, life = self.chosen(which)
        actions.withdraw([number], now=timezone.now())
        life.status = Status.WITHDRAWN

    @precondition(lambda self: self.lives)
    @rule(which=ANY, outcome=OUTCOMES, by=st.integers(0, 1), stale=st.booleans())
    def decide(self, which: int, outcome: str, by: int, stale: bool) -> None:
        number, life = self.chosen(which)
        seen = moderation_rules.seen_as(life.status, len(life.words) + stale)
        cover = outcome == Status.REDACTED
        options: dict[str, Any] = {"reason_code": "" if outcome == Status.PUBLISHED else "abuse"}
        if cover:
            options["spans"] = {"body": [Span(0, len(life.words[-1][0]), "name")]}
        try:
            decide({number: seen}, outcome, by=self.chairs[by], **options)
        except DecidedMeanwhile:
            assert stale
        except ValidationError:
            # Refused: then nothing moved, which the invariants see.
            pass
        else:
            assert not stale
            assert moderation_rules.may_become(life.status, outcome)
            life.status = outcome
            life.covered = self.reads_covered(number)

    @precondition(lambda self: self.lives)
    @rule(which=ANY, by=st.integers(0, 1))
    def undo(self, which: int, by: int) -> None:
        number, life = self.chosen(which)
        seen = moderation_rules.seen_as(life.status, len(life.words))
        try:
            decision = undo(number, seen, by=self.chairs[by])
        except ValidationError:
            return
        life.status = decision.to_status
        life.covered = self.reads_covered(number)

    @precondition(lambda self: self.lives)
    @rule(which=ANY)
    def appeal(self, which: int) -> None:
        number, life = self.chosen(which)
        before = Appeal.objects.filter(comment=number).exists()
        try:
            appeal(number, "No es un insulto", now=timezone.now())
        except AppealRefused:
            assert before or life.status != Status.REJECTED
        else:
            assert not before
            assert life.status == Status.REJECTED

    @precondition(lambda self: Appeal.objects.filter(decision=None).exists())
    @rule(by=st.integers(0, 1), grant=st.booleans())
    def answer_an_appeal(self, by: int, grant: bool) -> None:
        made = Appeal.objects.filter(decision=None).select_related("against").first()
        assert made is not None
        life = self.lives[made.comment_id]
        seen = moderation_rules.seen_as(life.status, len(life.words))
        chair = self.chairs[by]
        try:
            decide_appeal(made.pk, seen, grant=grant, note="Se revisó", by=chair)
        except PermissionDenied:
            rejected = made.comment.decisions.filter(to_status=Status.REJECTED)
            changed = made.against.edition != len(life.words)
            own = rejected.filter(decided_by=chair).exists()
            assert own or changed or life.status != Status.REJECTED
        except (ValidationError, DecidedMeanwhile):
            assert life.status != Status.REJECTED
        else:
            assert chair != made.against.decided_by
            assert made.against.edition == len(life.words)
            life.status = Status.PUBLISHED if grant else Status.REJECTED
            life.covered = self.reads_covered(made.comment_id)

    @precondition(lambda self: self.lives)
    @rule(which=ANY)
    def erase_originals(self, which: int) -> None:
        number, _life = self.chosen(which)
        submission = Comment.objects.get(pk=number).submission
        erasing.erase_originals(submission, now=timezone.now())
        for each in submission.comments.values_list("pk", flat=True):
            self.lives[each].erased = True
        submission.refresh_from_db()
        assert submission.email == ""

    @precondition(lambda self: self.lives)
    @rule(which=ANY)
    def erase_respondent(self, which: int) -> None:
        number, life = self.chosen(which)
        submission = Comment.objects.get(pk=number).submission
        erasing.erase_respondent(submission, now=timezone.now())
        for each in submission.comments.all():
            self.lives[each.pk].status = Status.WITHDRAWN
            self.lives[each.pk].erased = True
            assert life.all().isdisjoint(each.body.split())
            assert not each.statements.exclude(words={}).exists()

    def reads_covered(self, number: int) -> bool:
        """Whether what the public reads of it has covered parts: that outlives a change of state."""
        body = Comment.objects.get(pk=number).body
        return without(body) != body

    # --- What always holds -----------------------------------------------------------------------

    @invariant()
    def every_comment_is_what_was_done_to_it(self) -> None:
        rows = dict(Comment.objects.values_list("pk", "status"))
        assert rows == {number: life.status for number, life in self.lives.items()}
        # A comment that parts are covered of says so, and no other.
        for comment in Comment.objects.filter(status__in=PUBLIC_STATUSES):
            assert (comment.status == Status.REDACTED) == (without(comment.body) != comment.body)

    @invariant()
    def the_ledger_verifies(self) -> None:
        assert list(ledger.faults()) == []

    @invariant()
    def the_log_replays_to_the_same_state(self) -> None:
        assert replayed(self.draft) == dict(Comment.objects.values_list("pk", "status"))

    @invariant()
    def nothing_written_is_gone_before_its_time(self) -> None:
        for number, life in self.lives.items():
            if life.erased:
                continue
            kept = Statement.objects.filter(comment=number).order_by("number")
            assert [each.words["body"].split() for each in kept] == [list(w) for w in life.words]

    @invariant()
    def the_public_reads_what_it_may_and_nothing_else(self) -> None:
        if not self.lives:
            return
        may = set().union(*(life.public() for life in self.lives.values()))
        everything = set().union(*(life.all() for life in self.lives.values()))
        read = self.everything_public()
        shown = {word for word in everything if word in read}
        assert shown == may
        assert "x@example.org" not in read
        for number, life in self.lives.items():
            answer = Client().get(f"/es/comments/{number}/")
            assert answer.status_code == (200 if life.public() else 404)

    def everything_public(self) -> str:
        """All that nobody in particular can read: pages, list, feed, search."""
        drain()
        client = Client()
        feed = "/feeds/es/comments/mesa/borrador/"
        found = [client.get(address).content.decode() for address in (*SURFACES, feed)]
        answer = client.get("/api/v1/search?q=secreta&limit=100")
        found.append(answer.content.decode())
        return "\n".join(found)


def after_change(status: str, first: str, decided: set[str]) -> str:
    """What a comment becomes by its author's change, that had become all of `decided` by decisions."""
    if decided & {Status.REJECTED, Status.REDACTED, Status.HIDDEN}:
        return Status.PENDING
    return rules.status_after_change(status, first)


def replayed(draft: DraftPage) -> dict[int, str]:
    """The status of each comment, by nothing but what was logged."""
    events: list[tuple[datetime, int, int, str, str]] = []
    entries = LedgerEntry.objects.all()
    for entry in entries:
        at = entry.written_at
        match entry.kind:
            case LedgerKind.RECEIVED:
                for each in entry.content["comments"]:
                    events.append((at, entry.sequence, each["number"], "sent", ""))
            case LedgerKind.EDITED:
                events.append((at, entry.sequence, entry.content["number"], "edited", ""))
            case LedgerKind.WITHDRAWN:
                for number in entry.content["numbers"]:
                    events.append((at, entry.sequence, number, "withdrawn", ""))
    for decision in Decision.objects.all():
        at = decision.decided_at
        events.append((at, decision.pk, decision.comment_id, "decided", decision.to_status))
    first = actions.first_status(draft)
    status: dict[int, str] = {}
    decided: dict[int, set[str]] = defaultdict(set)
    for _at, _order, number, what, to_status in sorted(events):
        match what:
            case "sent":
                status[number] = first
            case "edited":
                status[number] = after_change(status[number], first, decided[number])
            case "withdrawn":
                status[number] = Status.WITHDRAWN
            case "decided":
                status[number] = to_status
                decided[number].add(to_status)
    return status


@pytest.mark.django_db
def test_nothing_is_lost_and_nothing_leaks_in_any_order(settings_of_site: Any) -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_of_site(settings: Any, tmp_path: Path) -> Any:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    return settings


@pytest.mark.django_db
def test_letters_go_to_their_own_author_only(draft: DraftPage, chair: User) -> None:
    submission = submit(draft, "secretauno", respondent={"email": "una@example.org"})
    submit(draft, "secretados", respondent={"email": "dos@example.org"})
    (comment,) = submission.comments.all()
    seen = {comment.pk: moderation_rules.seen_as(comment.status, 1)}
    decide(seen, Status.REJECTED, by=chair, reason_code="abuse")
    for letter in Letter.objects.all():
        other = "secretados" if letter.recipient == "una@example.org" else "secretauno"
        assert other not in letter.text + letter.html
