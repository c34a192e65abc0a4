from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common.append_only import AppendOnly
from consult.submissions.enums import Status
from consult.submissions.models import Comment

from .campaigns.models import (
    Campaign as Campaign,
    CampaignEvent as CampaignEvent,
    CampaignKey as CampaignKey,
    CampaignMember as CampaignMember,
    CampaignWaiting as CampaignWaiting,
)
from .enums import ReasonCode


class Decision(AppendOnly):
    """What a chair decided on a comment, once and for ever; a change of mind is another row."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="decisions")
    from_status = models.CharField(max_length=9, choices=Status)
    to_status = models.CharField(max_length=9, choices=Status)
    reason_code = models.CharField(_("reason"), max_length=16, choices=ReasonCode, blank=True)
    # In the author's language.
    note = models.TextField(_("note to the author"), blank=True)
    # The number of the statement that was decided on.
    edition = models.PositiveIntegerField(default=1)
    # What was covered of it: a list of [column, start, end, kind].
    covered = models.JSONField(default=list, blank=True)
    # Primary keys of the attachments that it keeps from the public.
    withheld = models.JSONField(default=list, blank=True)
    # The decision on many that it is part of.
    bulk = models.ForeignKey(
        "BulkDecision", on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        ordering = ["decided_at", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_to_status_display()}"


class Appeal(models.Model):
    """What an author answers, once, to the rejection of a comment; decided by somebody else."""

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="appeal")
    # The decision it is against, and the one that answers it.
    against = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(_("why"))
    made_at = models.DateTimeField(_("received"))
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="appeal"
    )

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")

    def __str__(self) -> str:
        return str(self.comment)

    @property
    def is_open(self) -> bool:
        """Whether somebody is to decide it: as queries.open_appeals, for one that is read already."""
        return (
            self.decision_id is None
            and self.comment.status == Status.REJECTED
            and self.against.edition == self.comment.edition
        )


class Reading(AppendOnly):
    """Somebody read what is covered, or erased from the public's eyes, in a comment."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="readings")
    edition = models.PositiveIntegerField()
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(_("read"))

    class Meta:
        ordering = ["read_at", "pk"]
        verbose_name = _("reading of an original")
        verbose_name_plural = _("readings of originals")

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.edition}"


class Note(AppendOnly):
    """What somebody tells their colleagues about a comment; its author never reads it."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="notes")
    words = models.TextField(_("note to colleagues"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written"))

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("note to colleagues")
        verbose_name_plural = _("notes to colleagues")

    def __str__(self) -> str:
        return self.words


class Assignment(models.Model):
    """Who is to decide a comment."""

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="assignment")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    assigned_at = models.DateTimeField(_("assigned"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.comment}: {self.assignee}"


class LanguageCorrection(AppendOnly):
    """Somebody said which language a comment is in, against what was detected."""

    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, related_name="language_corrections"
    )
    before = models.CharField(max_length=3)
    after = models.CharField(max_length=3)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    corrected_at = models.DateTimeField(_("corrected"))

    class Meta:
        ordering = ["corrected_at", "pk"]
        verbose_name = _("correction of a language")
        verbose_name_plural = _("corrections of languages")

    def __str__(self) -> str:
        return f"{self.comment}: {self.before} → {self.after}"


class BulkDecision(models.Model):
    """One decision on many comments, worked off by the worker; it can be stopped and goes on."""

    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    to_status = models.CharField(max_length=9, choices=Status)
    reason_code = models.CharField(_("reason"), max_length=16, choices=ReasonCode, blank=True)
    note = models.TextField(_("note to the author"), blank=True)
    # The filters in words of the address, as they were when it was confirmed.
    filters = models.TextField(blank=True)
    made_at = models.DateTimeField(_("decided"))
    stopped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("decision on many")
        verbose_name_plural = _("decisions on many")

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_to_status_display()}"


class BulkItem(models.Model):
    """A comment that a decision on many is to decide, as it stood when that was confirmed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DECIDED = "decided", _("decided")
        CHANGED = "changed", _("left out: changed meanwhile")

    bulk = models.ForeignKey(BulkDecision, on_delete=models.CASCADE, related_name="items")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=Status)
    edition = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "comment"], name="once_in_a_decision_on_many")
        ]
        indexes = [models.Index(fields=["bulk", "state", "id"], name="items_of_a_decision")]
        verbose_name = _("comment of a decision on many")
        verbose_name_plural = _("comments of a decision on many")

    def __str__(self) -> str:
        return str(self.comment_id)
