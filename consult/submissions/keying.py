"""What a clerk may key in, and what they keyed in: reads for the clerks' screens."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from working_groups.models import DraftPage, WorkingGroupPage
from working_groups.models.drafts import DraftQuerySet

from . import rules
from .enums import LedgerKind, Status
from .models import Submission

PERMISSION = "submissions.add_submission"


def drafts_of_clerk(user: User | AnonymousUser) -> DraftQuerySet:
    """The published drafts that `user` may ever key in for: all of them for clerks and staff.

    A chair: those of the groups they chair.
    """
    drafts: DraftQuerySet = DraftPage.objects.live().public().with_standing()
    drafts = drafts.filter(has_version=True).order_by("path")
    if not user.is_active:
        return drafts.none()
    if user.has_perm(PERMISSION):
        return drafts
    chaired = WorkingGroupPage.objects.filter(chairs__user=user)
    above = chaired.annotate(below=ExpressionWrapper(OuterRef("path"), CharField()))
    return drafts.filter(Exists(above.filter(below__startswith=F("path"))))


def is_clerk(user: User | AnonymousUser) -> bool:
    """Whether `user` keys in anything at all: clerks, staff and chairs do."""
    if not user.is_active:
        return False
    return user.has_perm(PERMISSION) or user.groups.filter(working_group__isnull=False).exists()


def drafts_to_key_in(user: User | AnonymousUser, now: datetime | None = None) -> list[DraftPage]:
    """Those that are open, or closed so lately that what came on paper may still arrive."""
    now = now or timezone.now()
    return [
        draft
        for draft in drafts_of_clerk(user)
        if rules.may_key_in(draft.opens_at, draft.closes_at, now)
    ]


def draft_to_key_in(user: User | AnonymousUser, number: int) -> DraftPage | None:
    """The draft `number`, where `user` may key in for it now."""
    draft = drafts_of_clerk(user).filter(pk=number).first()
    may = draft and rules.may_key_in(draft.opens_at, draft.closes_at, timezone.now())
    return draft if may else None


def keyed_in_by(user: User) -> QuerySet[Submission]:
    """What `user` keyed in, not by a file, the latest first, with how many comments each has and may correct."""
    entries: QuerySet[Submission] = (
        Submission.objects.filter(
            keyed_by=user, source_id=None, draft__in=drafts_of_clerk(user).order_by().values("pk")
        )
        .select_related("draft")
        .annotate(
            written=Count("comments"),
            waiting=Count("comments", filter=Q(comments__status=Status.PENDING)),
        )
        .order_by("-pk")
    )
    return entries


def keyed_in_since(user: User, moment: datetime) -> QuerySet[Submission]:
    """What `user` keyed in since `moment`, by the ledger's clock: the forms say when they came."""
    return keyed_in_by(user).filter(
        ledger_entries__kind=LedgerKind.RECEIVED, ledger_entries__written_at__gte=moment
    )


def may_read_scans(user: User | AnonymousUser, submission: Submission) -> bool:
    """Whether `user` may see the form itself: who keyed it in, and the chairs of its group."""
    if not user.is_active:
        return False
    if user.is_superuser or (submission.keyed_by_id == user.pk and is_clerk(user)):
        return True
    group = submission.draft.group
    return user.groups.filter(working_group=group.pk).exists()
