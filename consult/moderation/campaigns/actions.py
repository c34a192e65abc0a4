"""What a person does with a campaign: each act in one transaction, checked, and kept in its history."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .arrival import lock, represent, settle
from .models import Campaign, CampaignEvent
from .queries import campaigns_to_moderate

What = CampaignEvent.What
State = Campaign.State


class CampaignChanged(Exception):
    """The campaign is not as the person saw it, or they asked for what cannot be; nothing was done."""


def _held(number: int, by: User) -> Campaign:
    """The campaign `number`, its draft's campaigns locked. Raises PermissionDenied."""
    campaign = campaigns_to_moderate(by).filter(pk=number).first()
    if campaign is None:
        raise PermissionDenied
    lock(campaign.draft_id)
    campaign.refresh_from_db()
    return campaign


def _keep(
    campaign: Campaign, what: str, by: User, comments: int, other: Campaign | None = None
) -> None:
    CampaignEvent.objects.create(
        campaign=campaign,
        what=what,
        other=other,
        comments=comments,
        done_by=by,
        done_at=timezone.now(),
    )


def _refuse_unless(campaign: Campaign, *states: str) -> None:
    if campaign.state not in states:
        raise CampaignChanged(
            _("Nothing was changed: the campaign is %(state)s by now.")
            % {"state": campaign.get_state_display()}
        )


@transaction.atomic
def confirm(number: int, *, by: User) -> Campaign:
    """Say that a campaign is one: from now on the public sees it."""
    campaign = _held(number, by)
    _refuse_unless(campaign, State.PROPOSED, State.DISSOLVED)
    if campaign.exemplar_id is None:
        raise CampaignChanged(_("Nothing was changed: no comment is left in the campaign."))
    campaign.state = State.CONFIRMED
    campaign.save(update_fields=["state"])
    _keep(campaign, What.CONFIRMED, by, campaign.members.count())
    return campaign


@transaction.atomic
def dissolve(number: int, *, by: User) -> Campaign:
    """Say that a campaign is none. It is kept, so that its like are not proposed again."""
    campaign = _held(number, by)
    _refuse_unless(campaign, State.PROPOSED, State.CONFIRMED)
    campaign.state = State.DISSOLVED
    campaign.save(update_fields=["state"])
    _keep(campaign, What.DISSOLVED, by, campaign.members.count())
    return campaign


@transaction.atomic
def split(number: int, comments: Collection[int], *, by: User) -> Campaign:
    """Take `comments` out of a campaign into a new one, which is proposed; returns that."""
    campaign = _held(number, by)
    _refuse_unless(campaign, State.PROPOSED, State.CONFIRMED)
    chosen = campaign.members.filter(pk__in=comments)
    count = chosen.count()
    if not count:
        raise CampaignChanged(_("Choose the comments to take out of the campaign."))
    if count < len(set(comments)):
        raise CampaignChanged(
            _("Nothing was changed: some of the comments left the campaign meanwhile.")
        )
    if count == campaign.members.count():
        raise CampaignChanged(_("Nothing was changed: at least one comment has to stay."))
    new = Campaign.objects.create(draft_id=campaign.draft_id, found_at=timezone.now())
    chosen.update(campaign=new)
    settle([campaign.pk, new.pk])
    _keep(campaign, What.SPLIT, by, count, new)
    _keep(new, What.SPLIT_OFF, by, count, campaign)
    new.refresh_from_db()
    return new


@transaction.atomic
def merge(number: int, into: int, *, by: User) -> Campaign:
    """Move all comments of a campaign into another one of the draft; returns that."""
    campaign, other = _held(number, by), _held(into, by)
    if other.pk == campaign.pk or other.draft_id != campaign.draft_id:
        raise CampaignChanged(_("Choose another campaign on the same draft."))
    _refuse_unless(campaign, State.PROPOSED, State.CONFIRMED)
    _refuse_unless(other, State.PROPOSED, State.CONFIRMED)
    count = campaign.members.count()
    campaign.members.update(campaign=other)
    campaign.state, campaign.exemplar = State.DISSOLVED, None
    campaign.save(update_fields=["state", "exemplar"])
    settle([other.pk])
    _keep(campaign, What.MERGED, by, count, other)
    _keep(other, What.TOOK_IN, by, count, campaign)
    other.refresh_from_db()
    return other


@transaction.atomic
def choose_exemplar(number: int, comment: int, *, by: User) -> Campaign:
    """Let another comment of the campaign stand for all."""
    campaign = _held(number, by)
    _refuse_unless(campaign, State.PROPOSED, State.CONFIRMED)
    member = campaign.members.filter(pk=comment).select_related("comment").first()
    if member is None:
        raise CampaignChanged(_("Nothing was changed: that comment left the campaign meanwhile."))
    represent(campaign, member)
    campaign.exemplar = member.comment
    campaign.save(update_fields=["exemplar"])
    _keep(campaign, What.EXEMPLAR, by, 1)
    return campaign
