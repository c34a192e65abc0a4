from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common import languages
from consult.common.append_only import AppendOnly
from consult.themes.models import Theme
from working_groups.enums import Agreement, DraftLanguage, QuestionKind, Sector
from working_groups.models import DraftPage, Question, Version, VersionSection

from .enums import (
    PUBLIC_STATUSES,
    Carried,
    Channel,
    CommentKind,
    LedgerKind,
    RespondentKind,
    Stance,
    Status,
)


class Submission(models.Model):
    """All that one respondent sends at once."""

    draft = models.ForeignKey(DraftPage, on_delete=models.PROTECT, related_name="submissions")
    # The public code that the respondent keeps; see receipts.
    receipt = models.CharField(_("receipt"), max_length=20, unique=True)
    received_at = models.DateTimeField(_("received"), db_index=True)
    language = models.CharField(_("language of the form"), max_length=2, choices=DraftLanguage)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel, default=Channel.WEB)
    keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Digest of one filled-in form and its token: sending it twice stores it once.
    form_token = models.CharField(max_length=64, unique=True, null=True)
    # The name the importer's file gives it: importing it twice stores it once.
    source_id = models.CharField(max_length=120, null=True)

    respondent_kind = models.CharField(_("respondent"), max_length=12, choices=RespondentKind)
    sector = models.CharField(_("sector"), max_length=16, choices=Sector, blank=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    # Private: never shown, exported or indexed.
    email = models.EmailField(_("e-mail"), blank=True)
    # Whether the name (or organisation) may stand beside the comments.
    show_name = models.BooleanField(_("show the name"), default=False)

    privacy_notice_version = models.CharField(max_length=20, blank=True)
    privacy_accepted_at = models.DateTimeField(null=True)
    publication_accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "source_id"], name="one_submission_a_source_id"
            )
        ]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return self.receipt

    def shown_as(self) -> str:
        """How the respondent chose to be shown: a name, an organisation, or nothing."""
        if not self.show_name:
            return ""
        names = [self.name, self.organisation]
        if self.respondent_kind == RespondentKind.ORGANISATION:
            names.reverse()
        return ", ".join(name for name in names if name)

    def received_entry(self) -> "LedgerEntry":
        """The ledger's row that vouches for it as it was received."""
        return self.ledger_entries.get(kind=LedgerKind.RECEIVED)

    def answers_in_words(self) -> list[tuple[languages.Words, list[str]]]:
        """Each question answered, as it reads now, with the answer in the reader's language."""
        answers = {answer.question_uid: answer for answer in self.answers.all()}
        questions = self.draft.questions.filter(uid__in=answers).prefetch_related("options")
        return [
            (languages.words(question, "prompt"), answers[question.uid].in_words(question))
            for question in questions
        ]


class CommentQuerySet(models.QuerySet["Comment"]):
    def public(self) -> "CommentQuerySet":
        """Those that everybody may read."""
        return self.filter(status__in=PUBLIC_STATUSES)

    def of_draft(self, draft: DraftPage) -> "CommentQuerySet":
        # By its number: a draft that is previewed before it is saved has none.
        return self.filter(submission__draft=draft.pk)


class Comment(models.Model):
    """One point, on one section of one version, or on the draft as a whole."""

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
    # Detected from the text.
    language = models.CharField(
        _("language"), max_length=2, choices=[(code, code) for code in languages.CODES]
    )
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
        indexes = [models.Index(fields=["version", "status"], name="comments_of_a_version")]
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


class Answer(models.Model):
    """What a submission answers to one question of the draft."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="answers")
    # The question's uid: questions are edited, answers stay.
    question_uid = models.UUIDField(db_index=True)
    # Keys of the options chosen (agreement: one of enums.Agreement).
    options = models.JSONField(default=list)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "question_uid"], name="one_answer_a_question"
            )
        ]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return self.text or ", ".join(self.options)

    def in_words(self, question: Question) -> list[Any]:
        """What was answered to `question`, as HTML-safe words in the reader's language."""
        if question.kind == QuestionKind.OPEN:
            return [self.text]
        if question.kind == QuestionKind.AGREEMENT:
            labels: dict[str, Any] = dict(Agreement.choices)
        else:
            labels = {o.key: languages.words(o, "label").marked() for o in question.options.all()}
        return [labels.get(key, key) for key in self.options]


class LedgerEntry(AppendOnly):
    """One row of the chain that shows that no submission was lost, added or altered."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=LedgerKind, default=LedgerKind.RECEIVED)
    # How the content was written as JSON: see ledger.FORM.
    form = models.PositiveSmallIntegerField()
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="ledger_entries"
    )
    written_at = models.DateTimeField()
    # SHA-256, in hexadecimal: of the submission, of the row before, of this row.
    content_digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=models.Q(kind=LedgerKind.RECEIVED),
                name="one_receipt_row_a_submission",
            )
        ]
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")

    def __str__(self) -> str:
        return str(self.sequence)


class LedgerHead(models.Model):
    """The single row whose lock queues the writers of the chain."""

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
