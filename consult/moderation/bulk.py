"""One decision on very many comments: confirmed once, worked off in the background.

Which comments, and as they stood, is fixed when it is confirmed. The worker takes some at a time, each
time in one transaction: what a crash interrupts was not done, and what was done is not done again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.submissions.models import CommentQuerySet

from . import rules
from .actions import decide
from .models import Appeal, BulkDecision, BulkItem
from .queries import comments_to_moderate

# So many in one transaction: short enough that others who write do not wait for long.
CHUNK = 100
# Rows that one statement inserts.
BATCH = 2_000


def decidable(comments: CommentQuerySet, outcome: str) -> CommentQuerySet:
    """Those of `comments` that a decision on many may bring to `outcome`."""
    return comments.filter(status__in=rules.FOR_MANY.get(outcome, ()))


def begin(
    comments: CommentQuerySet,
    outcome: str,
    *,
    by: User,
    reason_code: str = "",
    note: str = "",
    filters: str = "",
) -> BulkDecision:
    """Have each of `comments` decided so, as far as it stays as it is now.

    They are those of the groups that `by` chairs, and no others. Raises ValidationError for what
    the rules do not allow, and where there is nothing to decide.
    """
    if outcome not in rules.FOR_MANY:
        raise ValidationError(_("That is decided on one comment at a time."))
    if faults := rules.faults(outcome, reason_code, note):
        raise ValidationError(faults)
    theirs = comments.filter(pk__in=comments_to_moderate(by).values("pk"))
    # Read before the transaction, so that nobody waits for it.
    found = list(
        decidable(theirs, outcome).order_by("pk").values_list("pk", "status", "edition").distinct()
    )
    if not found:
        raise ValidationError(_("This list holds no comment that can be decided so."))
    with transaction.atomic():
        bulk = BulkDecision.objects.create(
            decided_by=by,
            to_status=outcome,
            reason_code=reason_code,
            note=note,
            filters=filters,
            made_at=timezone.now(),
        )
        BulkItem.objects.bulk_create(
            (
                BulkItem(bulk=bulk, comment_id=number, status=status, edition=edition)
                for number, status, edition in found
            ),
            batch_size=BATCH,
        )
    return bulk


def work_off() -> bool:
    """Decide on the next few of the oldest decision on many; whether there was anything to do."""
    waiting = BulkDecision.objects.filter(stopped_at=None, finished_at=None)
    first = waiting.order_by("pk").values_list("pk", flat=True).first()
    if first is None:
        return False
    with transaction.atomic():
        # Its row queues two workers, and whoever stops it.
        bulk = waiting.filter(pk=first).select_for_update(no_key=True).first()
        if bulk is None:
            return True
        items = list(bulk.items.filter(state=BulkItem.State.WAITING)[:CHUNK])
        decided = _decide_those_as_seen(bulk, items)
        for state, chosen in (
            (BulkItem.State.DECIDED, [i.pk for i in items if i.comment_id in decided]),
            (BulkItem.State.CHANGED, [i.pk for i in items if i.comment_id not in decided]),
        ):
            BulkItem.objects.filter(pk__in=chosen).update(state=state)
        if len(items) < CHUNK:
            bulk.finished_at = timezone.now()
            bulk.save(update_fields=["finished_at"])
    return True


def _decide_those_as_seen(bulk: BulkDecision, items: Collection[BulkItem]) -> set[int]:
    """Decide on those of `items` that are as they were and still theirs to decide; which those are."""
    appeals = Appeal.objects.filter(comment=OuterRef("pk"))
    rows = (
        comments_to_moderate(bulk.decided_by)
        .filter(pk__in=[item.comment_id for item in items])
        .filter(~Exists(appeals))
        .order_by("pk")
    )
    now = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    seen = {
        item.comment_id: rules.seen_as(item.status, item.edition)
        for item in items
        if item.comment_id in now
        and (now[item.comment_id].status, now[item.comment_id].edition)
        == (item.status, item.edition)
    }
    if _decide(bulk, seen):
        return set(seen)
    # One of them is refused: one by one, so that it stops neither the others nor what comes later.
    return {number for number, state in seen.items() if _decide(bulk, {number: state})}


def _decide(bulk: BulkDecision, seen: Mapping[int, str]) -> bool:
    """Decide on those `seen` as `bulk` says; False where one is refused: then none is decided."""
    if not seen:
        return True
    try:
        decide(
            seen,
            bulk.to_status,
            by=bulk.decided_by,
            reason_code=bulk.reason_code,
            note=bulk.note,
            bulk=bulk,
        )
    except ValidationError:
        return False
    return True


def bulks_of(user: User | AnonymousUser) -> QuerySet[BulkDecision]:
    """The decisions on many that `user` may see, stop and resume: their own, and their groups'.

    Not one on another group's comments too, as somebody who decides in several may take.
    """
    others = BulkItem.objects.filter(bulk=OuterRef("pk")).exclude(
        comment__in=comments_to_moderate(user).values("pk")
    )
    theirs = Q(decided_by=user.pk) | ~Exists(others)
    return BulkDecision.objects.filter(theirs).select_related("decided_by")


@transaction.atomic
def stop(number: int, *, by: User) -> None:
    """Leave what decision `number` has not got to as it is, until somebody has it go on."""
    bulk = _locked(number, by)
    if bulk.finished_at is None and bulk.stopped_at is None:
        bulk.stopped_at = timezone.now()
        bulk.save(update_fields=["stopped_at"])


@transaction.atomic
def resume(number: int, *, by: User) -> None:
    """Have decision `number` go on where it was stopped."""
    bulk = _locked(number, by)
    bulk.stopped_at = None
    bulk.save(update_fields=["stopped_at"])


def _locked(number: int, by: User) -> BulkDecision:
    if not bulks_of(by).filter(pk=number).exists():
        raise PermissionDenied
    return BulkDecision.objects.select_for_update(no_key=True).get(pk=number)


@dataclass(frozen=True)
class Progress:
    """How far a decision on many has come."""

    total: int
    decided: int
    changed: int

    @property
    def through(self) -> int:
        return self.decided + self.changed


def progress_of(bulk: BulkDecision) -> Progress:
    """How far `bulk` has come, in one query."""
    rows = bulk.items.order_by().values_list("state").annotate(Count("pk"))
    counts = dict(rows)
    decided, changed = (
        counts.get(each, 0) for each in (BulkItem.State.DECIDED, BulkItem.State.CHANGED)
    )
    return Progress(sum(counts.values()), decided, changed)
