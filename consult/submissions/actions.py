"""Every change of state of submissions and comments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.common import languages
from consult.themes.models import Theme
from working_groups.enums import ModerationPolicy, Phase
from working_groups.models import DraftPage, Version, VersionSection

from . import covering, ledger, rules
from .enums import PUBLIC_STATUSES, Channel, CommentKind, LedgerKind, Status
from .models import (
    Answer,
    Attachment,
    Comment,
    CommentTheme,
    HeldFile,
    Precaution,
    Statement,
    StoredFile,
    Submission,
)
from .receipts import new_receipt
from .sealing import WRITTEN, answer_of, new_salt, sealed, sender_of, words_of
from .signals import comment_edited, comments_changed, comments_withdrawn, submission_received


class ChangeRefused(Exception):
    """What an author asked for is not possible any more; says why, and nothing was changed."""


@dataclass
class NewComment:
    """One comment as it is sent; `section` None: the draft as a whole."""

    body: str
    section: VersionSection | None = None
    stance: str = ""
    kind: str = CommentKind.SUBSTANTIVE
    proposed_text: str = ""
    reason: str = ""
    links: list[str] = field(default_factory=list)
    themes: Sequence[Theme] = ()
    # As its author told it; empty: to be detected.
    language: str = ""
    files: Sequence[HeldFile] = ()

    def columns(self, default: str) -> dict[str, Any]:
        """The columns of Comment that were written; `default` is the language of the form."""
        language = self.language or languages.detect(self.body or self.proposed_text, default)
        return {name: getattr(self, name) for name in WRITTEN} | {"language": language}


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
    event: str = "",
    scans: Sequence[HeldFile] = (),
    received_at: datetime | None = None,
    status: str | None = None,
    form_token: str | None = None,
    source_id: str | None = None,
    keyed_by: User | None = None,
) -> Submission:
    """Store a whole submission with its ledger row in one transaction, or nothing; return it.

    `respondent` are columns of Submission (kind, sector, name, consent …). `status` is what the
    comments start as; None: as the draft's moderation policy says. `scans` are files of the whole,
    of a form on paper. A `form_token` that was received before gives that submission back.
    Validation is the caller's.
    """
    # Before the transaction: telling a language takes a while, and others wait for the lock.
    columns = [comment.columns(language) for comment in comments]
    now = timezone.now()
    try:
        with transaction.atomic():
            submission = Submission(
                draft=draft,
                receipt=new_receipt(),
                received_at=received_at or now,
                language=language,
                channel=channel,
                event=event,
                form_token=form_token,
                source_id=source_id,
                keyed_by=keyed_by,
                salt=new_salt(),
                **respondent,
            )
            submission.digest = sealed(submission.salt, sender_of(submission))
            submission.save(force_insert=True)
            status = status or first_status(draft)
            stored = Comment.objects.bulk_create(
                Comment(
                    submission=submission,
                    version=version,
                    section=comment.section,
                    sort_order=order,
                    status=status,
                    **written,
                )
                for order, (comment, written) in enumerate(zip(comments, columns, strict=True))
            )
            CommentTheme.objects.bulk_create(
                CommentTheme(comment=row, theme=theme)
                for row, comment in zip(stored, comments, strict=True)
                for theme in comment.themes
            )
            statements = []
            for row, comment in zip(stored, comments, strict=True):
                files = _take_over(comment.files, submission, row)
                themes = [theme.pk for theme in comment.themes]
                statements.append(_statement(row, words_of(row, themes, files), now, keyed_by))
            Statement.objects.bulk_create(statements)
            _take_over(scans, submission, None)
            given = Answer.objects.bulk_create(
                _sealed_answer(
                    Answer(
                        submission=submission,
                        question_uid=answer.question_uid,
                        options=answer.options,
                        text=answer.text,
                    )
                )
                for answer in answers
            )
            submission_received.send(sender=Submission, submission=submission)
            if stored and status in PUBLIC_STATUSES:
                comments_changed.send(sender=Comment, comments=[row.pk for row in stored])
            # Last, so that its lock, for which all writers queue, is held as briefly as can be.
            content = ledger.received(submission, statements, given)
            ledger.append(LedgerKind.RECEIVED, submission, content)
    except IntegrityError:
        sent_before = form_token and Submission.objects.filter(form_token=form_token).first()
        if not sent_before:
            raise
        return sent_before
    return submission


def first_status(draft: DraftPage) -> str:
    """What a comment on `draft` begins as now."""
    after = draft.moderation == ModerationPolicy.AFTER
    guarded = after and Precaution.objects.filter(draft=draft.pk, ended_at=None).exists()
    return Status.PUBLISHED if after and not guarded else Status.PENDING


def _statement(
    comment: Comment, words: dict[str, Any], now: datetime, keyed_by: User | None
) -> Statement:
    salt = new_salt()
    return Statement(
        comment=comment,
        number=comment.edition,
        written_at=now,
        keyed_by=keyed_by,
        words=words,
        salt=salt,
        digest=sealed(salt, words),
    )


def _sealed_answer(answer: Answer) -> Answer:
    answer.salt = new_salt()
    answer.digest = sealed(answer.salt, answer_of(answer.options, answer.text))
    return answer


def _take_over(
    files: Iterable[HeldFile], submission: Submission, comment: Comment | None
) -> list[Attachment]:
    """The files held for a form, as attachments from now on; none is copied."""
    asked = [file.pk for file in files]
    if not asked:
        return []
    # Locked: a page in another window, or the worker, may be about to drop them.
    held = list(HeldFile.objects.select_for_update().filter(pk__in=asked))
    if len(held) != len(asked):
        raise ChangeRefused(
            _("A file that you attached is not here any more. Please attach it again.")
        )
    names = [field.attname for field in StoredFile._meta.fields]
    rows = Attachment.objects.bulk_create(
        Attachment(
            submission=submission,
            comment=comment,
            **{name: getattr(file, name) for name in names},
        )
        for file in held
    )
    HeldFile.objects.filter(pk__in=asked).delete()
    return rows


def edit_comment(
    number: int,
    new: NewComment,
    *,
    seen: int,
    seen_status: str = "",
    now: datetime,
    keep: Iterable[int] = (),
    keyed_by: User | None = None,
) -> Comment:
    """Let its author change comment `number` into `new`, on the section where it stands; return it.

    `seen` and `seen_status` are the edition that the author changed and how it stood then, `now`
    when the change came, `keep` the attachments to leave in place, beside `new.files`. A clerk
    (`keyed_by`) corrects what was keyed in after closing too, while it is pending and nobody else
    has changed it. Raises ChangeRefused.
    """
    with transaction.atomic():
        comment = locked([number])[0]
        draft = comment.submission.draft
        if comment.edition != seen:
            raise ChangeRefused(
                _("This comment was changed meanwhile, in another window. Please read it again.")
            )
        _refuse_late(draft, [comment], now, keyed_by)
        if keyed_by and comment.statements.get(number=seen).keyed_by_id is None:
            raise ChangeRefused(
                _("Its author has changed this comment since, so it cannot be corrected here.")
            )
        if not rules.may_change(comment.status):
            raise ChangeRefused(
                _("This comment cannot be changed any more: it is now %(status)s.")
                % {"status": comment.get_status_display()}
            )
        if keyed_by is None and not may_change_again(comment):
            raise ChangeRefused(too_often_words())
        if seen_status not in ("", comment.status):
            raise ChangeRefused(
                _(
                    "While you wrote, this comment was decided: it is now %(status)s. If you still"
                    " want to change it, send it again."
                )
                % {"status": comment.get_status_display()}
            )
        before = comment.status
        comment.edition += 1
        for name, value in new.columns(comment.submission.language).items():
            setattr(comment, name, value)
        withheld = comment.attachments.filter(withheld=True).exists()
        # Else what a chair kept from the public could come back unread, as another file.
        first = Status.PENDING if withheld else first_status(draft)
        comment.status = rules.status_after_change(before, first)
        comment.save()
        comment.themes.set(new.themes)
        gone = comment.attachments.filter(removed_at=None).exclude(pk__in=list(keep))
        gone.update(removed_at=now)
        kept = list(comment.attachments.filter(removed_at=None))
        files = [*kept, *_take_over(new.files, comment.submission, comment)]
        words = words_of(comment, [theme.pk for theme in new.themes], files)
        statement = _statement(comment, words, now, keyed_by)
        statement.save(force_insert=True)
        comment_edited.send(sender=Comment, comment=comment)
        if PUBLIC_STATUSES & {before, comment.status}:
            comments_changed.send(sender=Comment, comments=[comment.pk])
        ledger.append(LedgerKind.EDITED, comment.submission, ledger.edited(statement))
    return comment


def may_change_again(comment: Comment) -> bool:
    """Whether `comment` has not had as many editions yet as one may have: each is kept for good."""
    limit = settings.EDITIONS_PER_COMMENT
    return not limit or comment.edition < limit


def too_often_words() -> str:
    """What an author is told whose comment had all its editions."""
    return _(
        "This comment was changed so many times that it cannot be changed once more. What you wrote"
        " last stands."
    )


def withdraw(
    numbers: Iterable[int], *, now: datetime, keyed_by: User | None = None
) -> list[Comment]:
    """Let the author of one submission take its comments `numbers` back; return those.

    A clerk (`keyed_by`) takes back what they keyed in by mistake, after closing too, while it is
    pending. Raises ChangeRefused after closing; what is withdrawn already stays so.
    """
    with transaction.atomic():
        comments = [c for c in locked(numbers) if c.status != Status.WITHDRAWN]
        if not comments:
            return []
        submission = comments[0].submission
        _refuse_late(submission.draft, comments, now, keyed_by)
        take_back(submission, comments, now, keyed_by)
    return comments


def take_back(
    submission: Submission, comments: list[Comment], now: datetime, keyed_by: User | None = None
) -> None:
    change_status(comments, Status.WITHDRAWN)
    comments_withdrawn.send(sender=Comment, comments=comments)
    content: dict[str, Any] = {
        "numbers": [comment.pk for comment in comments],
        "at": now.isoformat(),
    }
    if keyed_by:
        content["clerk"] = keyed_by.pk
    ledger.append(LedgerKind.WITHDRAWN, submission, content)


def locked(numbers: Iterable[int]) -> list[Comment]:
    """The comments with these numbers, locked in one order, so that two never wait for each other."""
    rows = Comment.objects.filter(pk__in=list(numbers)).order_by("pk")
    # Not their keys: rows that only refer to them, in the ledger or in search, need not wait.
    rows = rows.select_for_update(of=("self",), no_key=True)
    return list(rows.select_related("submission__draft"))


def _refuse_late(
    draft: DraftPage, comments: Iterable[Comment], now: datetime, keyed_by: User | None
) -> None:
    """Raise ChangeRefused where it is too late: for authors the closing, for clerks a decision."""
    if keyed_by is None:
        _refuse_unless_open(draft, now)
    elif any(comment.status != Status.PENDING for comment in comments):
        raise ChangeRefused(
            _("This was reviewed already, so it cannot be corrected here any more.")
        )


def _refuse_unless_open(draft: DraftPage, now: datetime) -> None:
    if draft.phase(now) != Phase.OPEN:
        raise ChangeRefused(_("The consultation is closed: what was sent stands as it is."))


def change_status(comments: Sequence[Comment], status: str) -> None:
    """Give `comments`, locked by the caller's transaction, a new status and spread the news."""
    for comment in comments:
        comment.status = status
    Comment.objects.filter(pk__in=[comment.pk for comment in comments]).update(status=status)
    comments_changed.send(sender=Comment, comments=[comment.pk for comment in comments])


def cover(comment: Comment, spans: Mapping[str, Iterable[covering.Span]]) -> None:
    """Cover `spans`, by column, of what the author of `comment` wrote; none: show it all again.

    `comment` is locked by the caller's transaction, which also changes its status. Spans count from
    the beginning of the text as written. Raises ChangeRefused where that was erased.
    """
    statement = comment.statements.get(number=comment.edition)
    if statement.erased_at:
        raise ChangeRefused(_("The original was erased, so what is covered stays as it is."))
    for name in covering.TEXTS:
        setattr(comment, name, covering.cover(statement.words[name], spans.get(name, ())))
    comment.save(update_fields=covering.TEXTS)
    ledger.append(LedgerKind.REDACTED, comment.submission, ledger.redacted(comment))
