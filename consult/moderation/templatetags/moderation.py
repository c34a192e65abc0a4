"""What was decided, for templates of other floors; `{% load moderation %}`."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import ngettext

from consult.submissions.models import Comment, Submission
from working_groups.models import DraftPage

from .. import rules
from ..campaigns.models import Campaign, CampaignMember
from ..campaigns.queries import Counted, Share, counted, shares, worth_showing
from ..models import Appeal, Decision
from ..queries import kept_from_public_once, latest_decisions

register = template.Library()
register.simple_tag(latest_decisions, name="decisions_of")
register.filter(kept_from_public_once)


@register.filter
def seen(comment: Comment) -> str:
    """What a page shows of `comment`, to be compared when it is decided."""
    return rules.seen_as(comment.status, comment.edition)


@register.simple_tag
def appeals_of(submission: Submission) -> dict[int, Appeal]:
    """What was appealed of `submission`, by the number of the comment; one query."""
    appeals = Appeal.objects.filter(comment__submission=submission)
    appeals = appeals.select_related("decision", "comment", "against")
    return {appeal.comment_id: appeal for appeal in appeals}


@register.inclusion_tag("moderation/own_appeal.html")
def own_appeal(
    comment: Comment, decisions: list[Decision], appeals: dict[int, Appeal]
) -> dict[str, Any]:
    """What its author appealed of `comment`, or may appeal; `decisions` are the standing ones."""
    against = next((each for each in decisions if each.comment_id == comment.pk), None)
    if against is None:
        return {}
    made = appeals.get(comment.pk)
    now = timezone.now()
    return {
        "comment": comment,
        "submission": comment.submission,
        "made": made,
        "may_appeal": not made and rules.may_appeal(comment.status, against.decided_at, now),
        "until": rules.appeal_until(against.decided_at),
    }


@register.filter
def lasting(time: timedelta) -> str:
    """A time in words, as exactly as people need it: minutes, hours or days."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 120:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    if hours < 72:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = round(hours / 24)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


@register.simple_tag
def campaign_of(comment: Comment) -> Campaign | None:
    """The campaign that a chair sees `comment` in, proposed ones too; with its `size`."""
    own = CampaignMember.objects.filter(pk=comment.pk).values("campaign")
    campaigns = Campaign.objects.filter(pk__in=own).exclude(state=Campaign.State.DISSOLVED)
    return worth_showing(campaigns).first()


@register.simple_tag
def campaign_shares(comments: Iterable[Comment]) -> dict[int, Share]:
    """The share of each of some public comments in a confirmed campaign, by number."""
    return shares(comments)


@register.simple_tag
def campaign_share(comment: Comment) -> Share | None:
    """The share of one public comment in a confirmed campaign."""
    return shares([comment]).get(comment.pk)


@register.filter
def of_comment(found: Any, comment: Comment) -> Share | None:
    """The share of `comment` among those found for a page; none where no page asked for them."""
    return found.get(comment.pk) if found else None


@register.simple_tag
def campaigns_counted(draft: DraftPage) -> Counted:
    """How many public comments of `draft` are in how many confirmed campaigns."""
    return counted(draft)
