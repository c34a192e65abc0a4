"""Campaigns, the place of every comment among them, and what is to be grouped yet."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common.append_only import AppendOnly
from consult.submissions.models import Comment
from working_groups.models import DraftPage


class Campaign(models.Model):
    """Comments on a draft whose wording is nearly the same: a machine proposes, a person confirms.

    Nothing of it is public before it is confirmed, and then only with its public comments.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        DISSOLVED = "dissolved", _("dissolved")

    draft = models.ForeignKey(DraftPage, on_delete=models.PROTECT, related_name="campaigns")
    # The comment that stands for all; none where no comment is left.
    exemplar = models.ForeignKey(Comment, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    found_at = models.DateTimeField(_("found"))

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["draft", "state"], name="campaigns_of_a_draft")]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return str(_("Campaign %(number)s") % {"number": self.pk})


class CampaignMember(models.Model):
    """Where a comment stands: in a campaign, or by itself so far."""

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="place"
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, related_name="members"
    )
    # The number of the statement that was compared.
    edition = models.PositiveIntegerField()
    # Whether new comments are compared with it; see grouping.
    represents = models.BooleanField(default=False)
    # How many came in with just its words.
    copies = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["campaign"],
                condition=models.Q(represents=True),
                name="representatives_of_a_campaign",
            )
        ]
        verbose_name = _("comment of a campaign")
        verbose_name_plural = _("comments of campaigns")

    def __str__(self) -> str:
        return str(self.comment_id)


class CampaignKey(models.Model):
    """A number that the words of a representative are found by."""

    key = models.BigIntegerField()
    member = models.ForeignKey(CampaignMember, on_delete=models.CASCADE, related_name="keys")

    class Meta:
        indexes = [models.Index(fields=["key", "member"], name="members_under_a_key")]

    def __str__(self) -> str:
        return str(self.key)


class CampaignWaiting(models.Model):
    """A comment that came in, was changed or withdrawn, and is to be grouped by the worker."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.comment_id)


class CampaignEvent(AppendOnly):
    """What a person did with a campaign."""

    class What(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        DISSOLVED = "dissolved", _("dissolved")
        SPLIT = "split", _("comments taken out")
        SPLIT_OFF = "split_off", _("made of comments taken out")
        MERGED = "merged", _("merged into another")
        TOOK_IN = "took_in", _("took in another")
        EXEMPLAR = "exemplar", _("another comment stands for all")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=9, choices=What)
    # The campaign that comments came from or went to.
    other = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="+")
    # How many comments it was about.
    comments = models.PositiveIntegerField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(_("done"))

    class Meta:
        ordering = ["done_at", "pk"]
        verbose_name = _("history of a campaign")
        verbose_name_plural = _("histories of campaigns")

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.get_what_display()}"
