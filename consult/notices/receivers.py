"""What people are told of, noted in the transaction that makes it so."""

import uuid
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from consult.moderation.models import Appeal, Decision
from consult.moderation.signals import appeal_decided, comments_decided
from consult.responses.models import SummaryPage
from consult.submissions.enums import Channel
from consult.submissions.models import DataRequest, Submission
from consult.submissions.signals import (
    data_request_answered,
    receipt_asked_for,
    receipts_asked_for,
    submission_received,
)
from working_groups.models import Version
from working_groups.signals import version_published

from .actions import note
from .enums import Event
from .models import Letter, Notice
from .queries import wanting_letters


@receiver(submission_received)
def note_submission(submission: Submission, **kwargs: Any) -> None:
    # What was imported was sent somewhere else, and acknowledged there.
    if submission.email and submission.channel != Channel.IMPORT:
        note(Event.RECEIVED, submission.pk)


@receiver(receipt_asked_for)
def note_receipt_asked_for(submission: Submission, **kwargs: Any) -> None:
    if submission.email:
        note(Event.RECEIPT_ASKED, f"{submission.pk}:{uuid.uuid4()}")


@receiver(receipts_asked_for)
def note_receipts_asked_for(email: str, language: str, **kwargs: Any) -> None:
    """Whether the address is known is not looked up here: that would take longer for some."""
    note(Event.RECEIPTS_ASKED, uuid.uuid4(), recipient=email, language=language)


@receiver(comments_decided)
def note_decisions(decisions: Sequence[Decision], **kwargs: Any) -> None:
    numbers = {decision.comment.submission_id for decision in decisions}
    reachable = set(wanting_letters().filter(pk__in=numbers).values_list("pk", flat=True))
    later = timezone.now() + timedelta(minutes=settings.DECISION_LETTER_MINUTES)
    Notice.objects.bulk_create(
        (
            Notice(event=Event.DECIDED, about=f"{number}:{decision.pk}", next_try_at=later)
            for decision in decisions
            if (number := decision.comment.submission_id) in reachable
        ),
        ignore_conflicts=True,
    )


@receiver(appeal_decided)
def note_appeal(appeal: Appeal, **kwargs: Any) -> None:
    if appeal.comment.submission.email:
        note(Event.APPEAL_DECIDED, appeal.pk)


@receiver(data_request_answered)
def note_request(request: DataRequest, **kwargs: Any) -> None:
    if request.submission.email:
        # Its address may be erased with the rest, as they asked, before the letter is written.
        note(
            Event.REQUEST_ANSWERED,
            request.pk,
            recipient=request.submission.email,
            language=request.language,
        )


@receiver(post_save, sender=Submission)
def erase_letters(instance: Submission, **kwargs: Any) -> None:
    """What was erased at its sender's request is erased from the letters about it too."""
    if instance.erased_at:
        Letter.objects.filter(submission=instance).erase()


@receiver(version_published)
def note_version(version: Version, **kwargs: Any) -> None:
    note(Event.VERSION, version.pk, draft_id=version.draft_id)


@receiver(post_save, sender=SummaryPage)
def note_summary(
    instance: SummaryPage, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    """A summary was published: Wagtail then saves the whole of it; once, however often it is."""
    if update_fields is None and instance.live:
        for event in (Event.ANSWERED, Event.RESPONSE):
            note(event, instance.pk, draft=instance.draft)
