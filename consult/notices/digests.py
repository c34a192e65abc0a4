"""Letters that gather what happened: a week for subscribers, a day for chairs. Once each, by their key."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.utils import timezone

from consult.moderation.models import Appeal, Decision
from consult.submissions.enums import PUBLIC_STATUSES, Status
from consult.submissions.models import Comment, Submission
from working_groups.models import DraftPage, WorkingGroupPage

from .actions import end_address
from .enums import Frequency
from .letters import write
from .models import Letter, Subscription
from .telling import drafts_of, news_since

WEEK = timedelta(days=7)


def write_digests() -> None:
    """Write to weekly subscribers whose week is over, and who have missed something."""
    weekly = Subscription.objects.running().filter(frequency=Frequency.WEEKLY, search="")
    for subscription in weekly.select_related("draft", "group", "theme").order_by("pk"):
        now = timezone.now()
        if week_is_over(subscription, now):
            _write_digest(subscription, now)


def week_is_over(subscription: Subscription, now: datetime) -> bool:
    """Whether its last letter, or its beginning, is a week ago."""
    return _day(now) - _day(subscription.told_since) >= WEEK


def _write_digest(subscription: Subscription, now: datetime) -> None:
    news = news_since(subscription)
    counts = new_comments(drafts_of(subscription), subscription.told_since)
    with transaction.atomic():
        untold = Subscription.objects.running().filter(
            pk=subscription.pk, told_until=subscription.told_until
        )
        if untold.update(told_until=now) and (news or counts):
            write(
                "news",
                {"subscription": subscription, "news": news, "counts": counts},
                key=f"digest:{subscription.pk}:{_day(now)}",
                recipient=subscription.email,
                language=subscription.language,
                unsubscribe=end_address(subscription),
            ).save()


def new_comments(drafts: list[DraftPage], since: datetime) -> list[tuple[DraftPage, int]]:
    """How many comments on each of `drafts` everybody may read who could not at `since`."""
    decisions = Decision.objects.filter(
        comment=OuterRef("pk"), decided_at__gt=since, to_status__in=PUBLIC_STATUSES
    )
    became = Exists(decisions.exclude(from_status__in=PUBLIC_STATUSES))
    comments = Comment.objects.public().filter(submission__draft__in=drafts)
    rows = (
        comments.filter(became | Q(submission__received_at__gt=since))
        .order_by()
        .values_list("submission__draft")
        .annotate(count=Count("pk"))
    )
    counts = dict(rows)
    return [(draft, counts[draft.pk]) for draft in drafts if draft.pk in counts]


def write_to_chairs() -> None:
    """Write to the chairs of each group in which something waits for them."""
    now = timezone.now()
    for group in WorkingGroupPage.objects.exclude(chairs=None).order_by("path"):
        waiting = what_waits(group, now)
        if not waiting["comments"] and not waiting["appeals"]:
            continue
        chairs = User.objects.filter(groups=group.chairs_id, is_active=True).exclude(email="")
        Letter.objects.bulk_create(
            (
                write(
                    "chairs",
                    {"group": group, **waiting},
                    key=f"chairs:{group.pk}:{chair.pk}:{_day(now)}",
                    recipient=chair.email,
                    language=_language_of(chair),
                )
                for chair in chairs.select_related("wagtail_userprofile").order_by("pk")
            ),
            ignore_conflicts=True,
        )


def what_waits(group: WorkingGroupPage, now: datetime) -> dict[str, Any]:
    """What waits for the chairs of `group`, since when, and what came in within a day."""
    drafts = DraftPage.objects.descendant_of(group).order_by().values("pk")
    pending = Comment.objects.filter(submission__draft__in=drafts, status=Status.PENDING)
    received = Submission.objects.filter(draft__in=drafts, received_at__gt=now - timedelta(days=1))
    appeals = Appeal.objects.filter(
        decision=None,
        comment__status=Status.REJECTED,
        comment__edition=F("against__edition"),
        comment__submission__draft__in=drafts,
    )
    return {
        **pending.aggregate(comments=Count("pk"), oldest=Min("submission__received_at")),
        "received": received.count(),
        "appeals": appeals.count(),
    }


def _language_of(user: User) -> str:
    profile = getattr(user, "wagtail_userprofile", None)
    chosen = profile.preferred_language[:2] if profile else ""
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _day(moment: datetime) -> Any:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()
