from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common import languages
from consult.common.append_only import AppendOnly
from consult.common.uploads import LastingStorage
from consult.themes.models import Theme
from working_groups.enums import Agreement, DraftLanguage, QuestionKind, Sector
from working_groups.models import DraftPage, Question, Version, VersionSection

from .enums import (
    PUBLIC_STATUSES,
    Carried,
    Channel,
    CommentKind,
    LedgerKind,
    RequestKind,
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
    channel = models.CharField(_("channel"), max_length=9, choices=Channel, default=Channel.WEB)
    keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Where and when it was said or collected, for what a clerk keyed in: a workshop, a stand.
    event = models.CharField(_("event"), max_length=200, blank=True)
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
    # The voluntary purpose: to be written to about this consultation.
    voluntary_accepted_at = models.DateTimeField(null=True)

    # What the ledger vouches for of who sent it; see sealing. The salt is erased with the words.
    salt = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    # When its sender's data were erased, at their request.
    erased_at = models.DateTimeField(null=True)

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


def private_files() -> LastingStorage:
    """Where attachments are: outside of what a web server serves."""
    return LastingStorage(
        location=settings.PRIVATE_ROOT,
        base_url=None,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


def stored_name(instance: Any, filename: str) -> str:
    """A name that tells nothing and cannot be guessed, in one of 256 folders."""
    name = uuid4().hex
    return str(Path(name[:2], name))


class StoredFile(models.Model):
    """A file that somebody sent; its type was told by its content (see attachments)."""

    file = models.FileField(storage=private_files, upload_to=stored_name, max_length=80)
    # Its name as it is offered for downloading; safe, with the ending its content has.
    name = models.CharField(_("name"), max_length=140)
    content_type = models.CharField(max_length=100)
    # In bytes.
    size = models.PositiveBigIntegerField()
    # SHA-256 of its content, in hexadecimal.
    digest = models.CharField(max_length=64)
    stored_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class HeldFile(StoredFile):
    """A file of a form that is not sent yet: it outlives a refusal, and is dropped after a day."""

    # Digest of the form's token, and the block of the form that it belongs to.
    form = models.CharField(max_length=64, db_index=True)
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]


class Attachment(StoredFile):
    """A file sent with a comment; without one, the scan of a form that a clerk keyed in."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attachments")
    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    # Taken off by its author in a change: kept, and not shown with the comment any more.
    removed_at = models.DateTimeField(null=True)
    # Kept from the public by a decision.
    withheld = models.BooleanField(default=False)
    # When the file itself was erased.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def is_public(self) -> bool:
        """Whether everybody may fetch it."""
        there = not (self.withheld or self.removed_at or self.erased_at)
        return there and self.comment is not None and self.comment.is_public()


class Answer(models.Model):
    """What a submission answers to one question of the draft."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="answers")
    # The question's uid: questions are edited, answers stay.
    question_uid = models.UUIDField(db_index=True)
    # Keys of the options chosen (agreement: one of enums.Agreement).
    options = models.JSONField(default=list)
    text = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=64, blank=True)

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
    # What it vouches for: numbers, moments and digests, no words. Rows of form 1 have none.
    content = models.JSONField(null=True)
    # SHA-256, in hexadecimal: of the content, of the row before, of this row.
    content_digest = models.CharField(max_length=64, db_index=True)
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


class Precaution(models.Model):
    """While it lasts, a draft's comments are read before they are published, whatever its policy.

    Switched on during an attack; the row stays, and says who, when and why.
    """

    draft = models.ForeignKey(DraftPage, on_delete=models.CASCADE, related_name="precautions")
    reason = models.TextField(_("reason"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(_("begun"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft"],
                condition=models.Q(ended_at=None),
                name="one_precaution_at_a_time",
            )
        ]
        verbose_name = _("precaution")
        verbose_name_plural = _("precautions")

    def __str__(self) -> str:
        return self.reason


class PrivacyNotice(AppendOnly):
    """One version of the privacy notice, in both languages; a change is another version."""

    # What respondents' consent names: a date, 2026-11-01.
    version = models.CharField(_("version"), max_length=20, unique=True)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The short form, at the point of collection; the purposes, apart; the long form, as HTML.
    short_es = models.TextField(_("short form, in Spanish"))
    short_en = models.TextField(_("short form, in English"))
    necessary_es = models.TextField(_("necessary purposes, in Spanish"))
    necessary_en = models.TextField(_("necessary purposes, in English"))
    voluntary_es = models.TextField(_("voluntary purposes, in Spanish"))
    voluntary_en = models.TextField(_("voluntary purposes, in English"))
    body_es = models.TextField(_("long form, in Spanish"))
    body_en = models.TextField(_("long form, in English"))

    class Meta:
        ordering = ["-published_at"]
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")

    def __str__(self) -> str:
        return self.version


class DataRequest(models.Model):
    """What somebody asked about their own data, and what they were answered."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="data_requests"
    )
    kind = models.CharField(_("request"), max_length=8, choices=RequestKind)
    words = models.TextField(_("in their words"), blank=True)
    language = models.CharField(max_length=2, choices=DraftLanguage)
    made_at = models.DateTimeField(_("received"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        ordering = ["made_at"]
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_kind_display()}"


class ImportUpload(models.Model):
    """A file of submissions that somebody looks over, or that is being taken in bit by bit."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The version that was current when it was checked.
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    # What the check found: counts, and the beginning of the file.
    preview = models.JSONField()
    # How many of the file's submissions there are, and were gone through so far.
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    # Why it stopped, in sentences.
    problems = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name
