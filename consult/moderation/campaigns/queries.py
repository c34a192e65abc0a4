"""What is read of campaigns: a chair's, and those that the public sees with their counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Q, QuerySet

from consult.submissions.enums import PUBLIC_STATUSES
from consult.submissions.models import Comment, CommentQuerySet
from working_groups.models import DraftPage

from ..queries import drafts_to_moderate, is_number
from .models import Campaign

IN_PUBLIC = Q(members__comment__status__in=PUBLIC_STATUSES)


def campaigns_to_moderate(user: User | AnonymousUser) -> QuerySet[Campaign]:
    """The campaigns that `user` may read and change: those of the drafts they moderate."""
    return Campaign.objects.filter(draft__in=drafts_to_moderate(user).order_by().values("pk"))


def worth_showing(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Those of `campaigns` with enough comments, the largest first, with `size`.

    What somebody confirmed is shown as long as one comment is left.
    """
    fewest = settings.CAMPAIGN_MIN_COMMENTS or 1
    return (
        campaigns.annotate(size=Count("members"))
        .filter(Q(size__gte=fewest) | Q(state=Campaign.State.CONFIRMED, size__gte=1))
        .order_by("-size", "pk")
    )


@dataclass(frozen=True)
class Share:
    """The campaign of a public comment, with how many public comments it has."""

    campaign: int
    count: int


def shares(comments: Iterable[Comment]) -> dict[int, Share]:
    """The share in a campaign of each of `comments` that has one, by number, in two queries.

    Only what a person confirmed and what is public counts, and one comment alone is no campaign.
    """
    numbers = [comment.pk for comment in comments if comment.is_public()]
    confirmed = Comment.objects.filter(
        pk__in=numbers, place__campaign__state=Campaign.State.CONFIRMED
    )
    campaigns = dict(confirmed.values_list("pk", "place__campaign"))
    if not campaigns:
        return {}
    rows = (
        Comment.objects.public()
        .filter(place__campaign__in=set(campaigns.values()))
        .order_by()
        .values_list("place__campaign")
        .annotate(Count("pk"))
    )
    counts = dict(rows)
    return {
        number: Share(campaign, counts[campaign])
        for number, campaign in campaigns.items()
        if counts[campaign] > 1
    }


def public_campaigns(draft: DraftPage) -> QuerySet[Any]:
    """The confirmed campaigns of `draft`, the largest first, with their public comments as `size`.

    `people`: how many submissions these are from.
    """
    return (
        Campaign.objects.filter(draft=draft, state=Campaign.State.CONFIRMED)
        .annotate(
            size=Count("members", filter=IN_PUBLIC),
            people=Count("members__comment__submission", filter=IN_PUBLIC, distinct=True),
        )
        .filter(size__gt=1)
        .order_by("-size", "pk")
    )


def public_comments(campaign: Campaign) -> CommentQuerySet:
    """The comments of `campaign` that everybody may read."""
    return Comment.objects.public().filter(place__campaign=campaign)


@dataclass(frozen=True)
class Counted:
    """How many public comments of a draft are in how many confirmed campaigns."""

    comments: int
    campaigns: int


def counted(draft: DraftPage) -> Counted:
    """What the page of a draft's comments says of campaigns; one comment alone is none."""
    sizes = [campaign.size for campaign in public_campaigns(draft)]
    return Counted(sum(sizes), len(sizes))


def asks_for(draft: DraftPage, value: str) -> Q | None:
    """What narrows the public comments of `draft` to a confirmed campaign; None: there is none such."""
    if not is_number(value) or not public_campaigns(draft).filter(pk=int(value)).exists():
        return None
    return Q(place__campaign=int(value))
