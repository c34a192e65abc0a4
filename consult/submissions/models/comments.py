"""Comments, and what their authors wrote in them, each time they did."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.themes.models import Theme
from working_groups.models import DraftPage, Version, VersionSection

from ..enums import (
    PUBLIC_STATUSES,
    Carried,
    CommentKind,
    Stance,
    Status,
)
from .submissions import Submission


class CommentQuerySet(models.QuerySet["Comment"]):
    def public(self) -> "CommentQuerySet":
        """Those that everybody may read."""
        return self.filter(status__in=PUBLIC_STATUSES)

    def of_draft(self, draft: DraftPage) -> "CommentQuerySet":
        # By its number: a draft that is previewed before it is saved has none. By its versions, which
        # are few and in the index; its submissions are many.
        return self.filter(version__draft=draft.pk)


class Comment(models.Model):
    """One point, on one section of one version, or on the draft as a whole.

    Its words here are those that the public may read once it is public: where parts are covered,
    they hold markers (see covering). What was written stands in its statements.
    """

    # Its number in public is its primary key.
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="comments")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="comments")
    section = models.ForeignKey(
        VersionSection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("section"),
    )
    sort_order = models.PositiveIntegerField(default=0)
    stance = models.CharField(_("stance"), max_length=20, choices=Stance, blank=True)
    kind = models.CharField(
        _("kind"), max_length=12, choices=CommentKind, default=CommentKind.SUBSTANTIVE
    )
    body = models.TextField(_("comment"))
    proposed_text = models.TextField(_("proposed wording"), blank=True)
    reason = models.TextField(_("reason for the wording"), blank=True)
    # Addresses of evidence, as typed.
    links = models.JSONField(_("evidence links"), default=list, blank=True)
    # The respondent's own; those of the analysis are kept apart.
    themes = models.ManyToManyField(
        Theme,
        verbose_name=_("themes"),
        blank=True,
        related_name="comments",
        through="CommentTheme",
    )
    # Detected from the text, or told; see languages.
    language = models.CharField(_("language"), max_length=3)
    # The number of the statement that its words are of.
    edition = models.PositiveIntegerField(default=1)
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.PENDING, db_index=True
    )

    objects = CommentQuerySet.as_manager()

    # On an earlier version's section: what became of its words, and the number of the version that
    # is current; see carry_over.mark.
    carried: Carried | None = None
    newest: int | None = None

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["version", "status"], name="comments_of_a_version"),
            models.Index(fields=["status", "id"], name="comments_in_order"),
        ]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return f"№ {self.pk}"

    @property
    def number(self) -> int:
        return self.pk

    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.status in PUBLIC_STATUSES


class CommentTheme(models.Model):
    """A theme that the respondent chose; the codebook cannot lose one that is in use."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "theme"], name="one_row_a_comment_theme")
        ]


class Statement(models.Model):
    """What a respondent wrote in a comment, at first or in a change; kept as written.

    Only erase_words touches it, when its time is over or its author asks: then the words go, and
    their digest stays.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="statements")
    # From 1, in the order of writing.
    number = models.PositiveIntegerField()
    written_at = models.DateTimeField()
    # The clerk who corrected an entry; nobody where the respondent wrote it.
    keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The columns of Comment that it had then: see sealing.WRITTEN. Empty once erased.
    words = models.JSONField(default=dict)
    salt = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["comment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "number"], name="one_statement_a_number")
        ]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.number}"
