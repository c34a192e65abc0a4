"""Every decision of a chair."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from consult.common import languages
from consult.submissions.actions import ChangeRefused, change_status, cover
from consult.submissions.covering import Span
from consult.submissions.enums import Status
from consult.submissions.erasing import OVER
from consult.submissions.models import (
    Attachment,
    Comment,
    CommentQuerySet,
    Precaution,
    Statement,
)
from consult.submissions.signals import comments_changed

from . import rules
from .models import Appeal, BulkDecision, Decision, LanguageCorrection
from .queries import (
    appeals_to_decide,
    comments_to_moderate,
    drafts_to_moderate,
    kept_from_public_once,
    what_happened,
)
from .signals import appeal_decided, appeal_made, comments_decided

Spans = Mapping[str, Iterable[Span]]


class DecidedMeanwhile(Exception):
    """Some comments are no longer as the chair saw them; nothing was decided."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self.comments = comments
        self.happened = what_happened(comments)

    def __str__(self) -> str:
        return _(
            "Nothing was decided now: something changed while you read. It stands thus: %s"
        ) % (get_text_list(self.happened, _("and")))


@transaction.atomic
def decide(
    seen: Mapping[int, str],
    outcome: str,
    *,
    by: User,
    reason_code: str = "",
    note: str = "",
    spans: Spans | None = None,
    withheld: Collection[int] | None = None,
    bulk: BulkDecision | None = None,
) -> list[Decision]:
    """Decide on comments, all or none: `seen` has each number, and what `by` saw (rules.seen_as).

    `spans`, by column, are what a REDACTED comment has covered of what was written. `withheld` are
    the attachments to keep from the public; None: those that are. Raises ValidationError for what
    the rules do not allow, PermissionDenied where one is not theirs to decide, DecidedMeanwhile
    where one is not as it was seen.
    """
    parts = [[column, *span] for column, each in (spans or {}).items() for span in each]
    if faults := rules.faults(outcome, reason_code, note, parts):
        raise ValidationError(faults)
    comments = _locked(comments_to_moderate(by), seen)
    if len(comments) > 1 and (parts or withheld is not None):
        raise ValidationError(_("What is covered or withheld is decided on one comment at a time."))
    many = bulk is not None or len(comments) > 1
    may = rules.may_become_among_many if many and outcome in rules.FOR_MANY else rules.may_become
    if any(not may(comment.status, outcome) for comment in comments):
        raise ValidationError(
            _("A comment can be decided so from another state only: it stays as it is.")
        )
    _refuse_while_appealed(comments, outcome)
    chosen = sorted(parts)
    kept = _withhold(comments, withheld)
    rows = []
    for comment, last in _with_last(comments):
        now_covered = standing(comment, last)
        covered = rules.covered_after(outcome, now_covered, chosen)
        _cover(comment, covered, now_covered)
        rows.append(_row(comment, covered, kept, reason_code=reason_code, note=note, bulk=bulk))
    return _record(rows, comments, outcome, by)


def read_again(comment: Comment) -> None:
    """Have `comment`, just changed by its author, wait for a chair where one kept it from the public.

    Otherwise they could have it published by a harmless change, and then write what was refused.
    The caller's transaction locks it, and changed it.
    """
    if comment.is_public() and kept_from_public_once(comment):
        change_status([comment], Status.PENDING)


@transaction.atomic
def undo(number: int, seen: str, *, by: User) -> Decision:
    """Take the decision that stands on a comment back, by a new one: it is again as before.

    Its parts are covered, its attachments withheld, as they were then. Raises as `decide` does.
    """
    (comment,) = _locked(comments_to_moderate(by), {number: seen})
    made: list[Decision | None] = [None, None, *comment.decisions.all()]
    before, last = made[-2:]
    if last is None or not rules.may_be_undone(comment.status, comment.edition, last):
        raise ValidationError(_("There is no decision on it that could be taken back."))
    if Appeal.objects.filter(decision=last).exists():
        raise ValidationError(_("It was decided on appeal: that stands."))
    _refuse_while_appealed([comment], last.from_status)
    covered = standing(comment, before)
    _cover(comment, covered, standing(comment, last))
    kept = _withhold([comment], before.withheld if before else [])
    # Its author reads again what they read then.
    words = {"reason_code": before.reason_code, "note": before.note} if before else {}
    if before is None or before.to_status != last.from_status:
        words = {}
    row = _row(comment, covered, kept, **words)
    (decision,) = _record([row], [comment], last.from_status, by)
    return decision


@transaction.atomic
def decide_appeal(number: int, seen: str, *, grant: bool, note: str, by: User) -> Decision:
    """Publish the comment that appeal `number` is about, or uphold its rejection with a reason.

    Raises PermissionDenied where it is not theirs to decide: whoever rejected never does.
    """
    if faults := rules.faults_of_appeal(grant, note):
        raise ValidationError(faults)
    appeal = appeals_to_decide(by).filter(pk=number).select_related("against").first()
    if appeal is None:
        raise PermissionDenied
    (comment,) = _locked(Comment.objects.all(), {appeal.comment_id: seen})
    # Again, now that nobody else can decide it.
    if not appeals_to_decide(by).filter(pk=number).exists():
        raise DecidedMeanwhile([comment])
    outcome = Status.PUBLISHED if grant else Status.REJECTED
    _cover(comment, [], standing(comment, appeal.against))
    reason_code = "" if grant else appeal.against.reason_code
    row = _row(comment, [], _withhold([comment], None), reason_code=reason_code, note=note)
    (decision,) = _record([row], [comment], outcome, by, appeal=appeal)
    return decision


def standing(comment: Comment, last: Decision | None) -> list[Any]:
    """What is covered of the words that `comment` has now, by its `last` decision."""
    return last.covered if last and last.edition == comment.edition else []


def _locked(comments: CommentQuerySet, seen: Mapping[int, str]) -> list[Comment]:
    """Those of `comments` that were seen, locked, and as they were seen."""
    rows = comments.filter(pk__in=seen.keys()).order_by("pk")
    # In one order, and not their keys: see submissions.actions.
    found = list(rows.select_for_update(of=("self",), no_key=True))
    if len(found) != len(seen):
        raise PermissionDenied
    as_it_is = {comment.pk: rules.seen_as(comment.status, comment.edition) for comment in found}
    if changed := [comment for comment in found if as_it_is[comment.pk] != seen[comment.pk]]:
        raise DecidedMeanwhile(changed)
    return found


def _with_last(comments: Sequence[Comment]) -> list[tuple[Comment, Decision | None]]:
    """Each of `comments` with the decision that stands on it."""
    last = {each.comment_id: each for each in Decision.objects.filter(comment__in=comments)}
    return [(comment, last.get(comment.pk)) for comment in comments]


def _refuse_while_appealed(comments: Sequence[Comment], outcome: str) -> None:
    appeals = Appeal.objects.filter(comment__in=comments)
    if any(appeal.is_open for appeal in appeals.select_related("comment", "against")):
        raise ValidationError(
            _("Its author has appealed: decide on the appeal, which is somebody else’s to do.")
        )
    if outcome == Status.REJECTED:
        # It can be appealed only once, so it would be the last word against the appeal's.
        for appeal in appeals.select_related("decision", "comment"):
            if appeal.decision and appeal.decision.edition == appeal.comment.edition:
                raise ValidationError(_("It was decided on appeal: that stands."))


def _refuse_erased(comments: Sequence[Comment], outcome: str) -> None:
    unread = [comment for comment in comments if comment.status in OVER]
    gone = Statement.objects.filter(
        comment__in=unread, number=F("comment__edition"), erased_at__isnull=False
    )
    if outcome not in OVER and gone.exists():
        raise ValidationError(
            _(
                "Its words were erased when their time was over, so it stays out of the public’s sight."
            )
        )


def _cover(comment: Comment, covered: list[Any], now_covered: list[Any]) -> None:
    """Have `covered` of what was written in `comment` covered, where now `now_covered` is."""
    if covered == now_covered:
        return
    spans: dict[str, list[Span]] = {}
    for column, *span in covered:
        spans.setdefault(column, []).append(Span(*span))
    try:
        cover(comment, spans)
    except ChangeRefused as refusal:
        raise ValidationError(str(refusal)) from refusal


def _withhold(
    comments: Sequence[Comment], withheld: Collection[int] | None
) -> dict[int, list[int]]:
    """Keep the attachments `withheld` from the public, and no others; None: leave them as they are.

    Returns those withheld, by comment.
    """
    files = Attachment.objects.filter(comment__in=comments)
    if withheld is not None:
        files.filter(pk__in=withheld).update(withheld=True)
        files.exclude(pk__in=withheld).update(withheld=False)
    kept: dict[int, list[int]] = {}
    for number, file in files.filter(withheld=True).values_list("comment", "pk"):
        kept.setdefault(number, []).append(file)
    return kept


def _row(
    comment: Comment, covered: list[Any], kept: Mapping[int, list[int]], **words: Any
) -> Decision:
    return Decision(
        comment=comment,
        from_status=comment.status,
        edition=comment.edition,
        covered=covered,
        withheld=kept.get(comment.pk, []),
        **words,
    )


def _record(
    rows: Sequence[Decision],
    comments: Sequence[Comment],
    outcome: str,
    by: User,
    *,
    appeal: Appeal | None = None,
) -> list[Decision]:
    """Write the decisions, give `comments` their status, and spread the news.

    Raises ValidationError where one would show words that were erased.
    """
    _refuse_erased(comments, outcome)
    now = timezone.now()
    for row in rows:
        row.to_status, row.decided_by, row.decided_at = outcome, by, now
    decisions = Decision.objects.bulk_create(rows)
    change_status(comments, outcome)
    if appeal:
        appeal.decision = decisions[0]
        appeal.save(update_fields=["decision"])
        appeal_decided.send(sender=Appeal, appeal=appeal)
    else:
        comments_decided.send(sender=Decision, decisions=decisions)
    return decisions


@transaction.atomic
def switch_precaution(draft: int, on: bool, *, reason: str, by: User) -> Precaution | None:
    """Have all that is sent on `draft` wait for a decision from now on, or end that; log why.

    None where somebody has switched it so already. Raises PermissionDenied where the draft is not
    theirs, ValidationError without a reason.
    """
    if faults := rules.faults_of_note(reason):
        raise ValidationError(faults)
    # Its row queues two who switch at once.
    theirs = drafts_to_moderate(by).filter(pk=draft).order_by()
    page = theirs.select_for_update(of=("self",), no_key=True).first()
    if page is None:
        raise PermissionDenied
    now, standing_one = timezone.now(), Precaution.objects.filter(draft=page, ended_at=None).first()
    if on == bool(standing_one):
        return None
    if standing_one is None:
        return Precaution.objects.create(draft=page, reason=reason, begun_by=by, begun_at=now)
    standing_one.ended_by, standing_one.ended_at = by, now
    # One row says both: why it began, and why it ended.
    standing_one.reason = f"{standing_one.reason}\n{reason}"
    standing_one.save()
    return standing_one


@transaction.atomic
def correct_language(number: int, language: str, *, by: User) -> Comment:
    """Mark comment `number` as written in `language`, whatever was detected; return it.

    Raises PermissionDenied where it is not theirs to read, ValidationError for an unknown language.
    """
    if language not in languages.WRITTEN:
        raise ValidationError(_("Choose one of the languages in the list."))
    theirs = comments_to_moderate(by).filter(pk=number)
    comment = theirs.select_for_update(of=("self",), no_key=True).first()
    if comment is None:
        raise PermissionDenied
    if comment.language == language:
        return comment
    LanguageCorrection.objects.create(
        comment=comment,
        before=comment.language,
        after=language,
        corrected_by=by,
        corrected_at=timezone.now(),
    )
    comment.language = language
    comment.save(update_fields=["language"])
    if comment.is_public():
        comments_changed.send(sender=Comment, comments=[comment.pk])
    return comment


class AppealRefused(Exception):
    """A comment cannot be appealed, or not any more; says why."""


@transaction.atomic
def appeal(number: int, words: str, *, now: datetime) -> Appeal:
    """Note what the author of comment `number` says, once, against its rejection.

    `now` is when it came. Raises AppealRefused.
    """
    rows = Comment.objects.select_for_update(of=("self",), no_key=True)
    comment = rows.get(pk=number)
    against = comment.decisions.last()
    if Appeal.objects.filter(comment=comment).exists():
        raise AppealRefused(_("You have appealed already: a comment can be appealed once."))
    if comment.status != Status.REJECTED or against is None:
        raise AppealRefused(
            _("There is no rejection to appeal: the comment is now %(status)s.")
            % {"status": comment.get_status_display()}
        )
    if not rules.may_appeal(comment.status, against.decided_at, now):
        raise AppealRefused(_("The time to appeal is over."))
    made = Appeal.objects.create(comment=comment, against=against, words=words, made_at=now)
    appeal_made.send(sender=Appeal, appeal=made)
    return made
