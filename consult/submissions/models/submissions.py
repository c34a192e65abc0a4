"""What one respondent sends at once, and the answers in it."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common import languages
from working_groups.enums import Agreement, DraftLanguage, QuestionKind, Sector
from working_groups.models import DraftPage, Question

from ..enums import (
    Channel,
    LedgerKind,
    RespondentKind,
)

if TYPE_CHECKING:
    from .ledger import LedgerEntry


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
