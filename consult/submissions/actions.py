"""Every change of state of submissions and comments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from consult.common import languages
from consult.themes.models import Theme
from working_groups.enums import ModerationPolicy
from working_groups.models import DraftPage, Version, VersionSection

from . import ledger
from .enums import PUBLIC_STATUSES, Channel, CommentKind, Status
from .models import Answer, Comment, CommentTheme, Submission
from .receipts import new_receipt
from .signals import comments_changed


@dataclass
class NewComment:
    """One comment of a submission about to be received; `section` None: the draft as a whole."""

    body: str
    section: VersionSection | None = None
    stance: str = ""
    kind: str = CommentKind.SUBSTANTIVE
    proposed_text: str = ""
    reason: str = ""
    links: list[str] = field(default_factory=list)
    themes: Sequence[Theme] = ()


@dataclass
class NewAnswer:
    """The answer to one question: keys of options, or text."""

    question_uid: UUID
    options: list[str] = field(default_factory=list)
    text: str = ""


def receive(
    draft: DraftPage,
    version: Version,
    *,
    language: str,
    respondent: dict[str, Any],
    comments: Sequence[NewComment] = (),
    answers: Sequence[NewAnswer] = (),
    channel: str = Channel.WEB,
    received_at: datetime | None = None,
    status: str | None = None,
    form_token: str | None = None,
    source_id: str | None = None,
    keyed_by: User | None = None,
) -> Submission:
    """Store a whole submission with its ledger row in one transaction, or nothing; return it.

    `respondent` are columns of Submission (kind, sector, name, consent …). `status` is what the
    comments start as; None: as the draft's moderation policy says. A `form_token` that was received
    before gives that submission back. Validation is the caller's.
    """
    if status is None:
        after = draft.moderation == ModerationPolicy.AFTER
        status = Status.PUBLISHED if after else Status.PENDING
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                draft=draft,
                receipt=new_receipt(),
                received_at=received_at or timezone.now(),
                language=language,
                channel=channel,
                form_token=form_token,
                source_id=source_id,
                keyed_by=keyed_by,
                **respondent,
            )
            stored = [
                Comment.objects.create(
                    submission=submission,
                    version=version,
                    section=comment.section,
                    sort_order=order,
                    stance=comment.stance,
                    kind=comment.kind,
                    body=comment.body,
                    proposed_text=comment.proposed_text,
                    reason=comment.reason,
                    links=comment.links,
                    language=languages.detect(comment.body or comment.proposed_text, language),
                    status=status,
                )
                for order, comment in enumerate(comments)
            ]
            CommentTheme.objects.bulk_create(
                CommentTheme(comment=row, theme=theme)
                for row, comment in zip(stored, comments, strict=True)
                for theme in comment.themes
            )
            Answer.objects.bulk_create(
                Answer(
                    submission=submission,
                    question_uid=answer.question_uid,
                    options=answer.options,
                    text=answer.text,
                )
                for answer in answers
            )
            ledger.append(submission)
            if stored and status in PUBLIC_STATUSES:
                comments_changed.send(sender=Comment, comments=[row.pk for row in stored])
    except IntegrityError:
        sent_before = form_token and Submission.objects.filter(form_token=form_token).first()
        if not sent_before:
            raise
        return sent_before
    return submission


def change_status(comments: Sequence[Comment], status: str) -> None:
    """Give `comments`, locked by the caller's transaction, a new status and spread the news."""
    for comment in comments:
        comment.status = status
    Comment.objects.filter(pk__in=[comment.pk for comment in comments]).update(status=status)
    comments_changed.send(sender=Comment, comments=[comment.pk for comment in comments])
