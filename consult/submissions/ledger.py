"""The chain of digests that shows that no submission was lost, added or altered."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Prefetch
from django.utils import timezone

from consult.themes.models import Theme

from .covering import texts_of
from .enums import LedgerKind
from .models import Answer, Comment, LedgerEntry, LedgerHead, Statement, Submission
from .sealing import answer_of, moment, sealed, sender_of, sha256

# The way content is written. Each row keeps the number it was written with. Rows of form 1 digest
# the words themselves and keep no content: form_1 computes it.
FORM = 2
# What of a comment is never covered, nor corrected by others.
UNCOVERED = ("stance", "kind", "links")
# The digest before the first row.
GENESIS = "0" * 64


def received(
    submission: Submission, statements: list[Statement], answers: list[Answer]
) -> dict[str, Any]:
    """What the row of a submission vouches for: `statements` are the first of its comments."""
    return {
        "receipt": submission.receipt,
        "draft": submission.draft_id,
        "received_at": moment(submission.received_at),
        "language": submission.language,
        "channel": submission.channel,
        "event": submission.event,
        "source_id": submission.source_id,
        "sender": submission.digest,
        "consent": {
            "notice": submission.privacy_notice_version,
            "privacy": moment(submission.privacy_accepted_at),
            "publication": moment(submission.publication_accepted_at),
            "voluntary": moment(submission.voluntary_accepted_at),
        },
        "comments": [
            {
                "number": statement.comment_id,
                "version": statement.comment.version_id,
                "section": statement.comment.section_id,
                "statement": statement.digest,
            }
            for statement in statements
        ],
        "answers": sorted(
            ({"question": str(answer.question_uid), "answer": answer.digest} for answer in answers),
            key=lambda answer: answer["question"],
        ),
    }


def edited(statement: Statement) -> dict[str, Any]:
    """What the row of a change vouches for."""
    return {
        "number": statement.comment_id,
        "edition": statement.number,
        "written_at": moment(statement.written_at),
        "statement": statement.digest,
    }


def redacted(comment: Comment) -> dict[str, Any]:
    """What the row of a covering vouches for: the public words, of which edition."""
    return {"number": comment.pk, "edition": comment.edition, "public": sha256(texts_of(comment))}


def row_digest(entry: LedgerEntry) -> str:
    """The digest of `entry` that the next row names."""
    return sha256(row(entry))


def row(entry: LedgerEntry) -> dict[str, Any]:
    """What of `entry` its own digest is computed from: nothing that tells who, or what."""
    return {
        "sequence": entry.sequence,
        "kind": entry.kind,
        "form": entry.form,
        "written_at": moment(entry.written_at),
        "content": entry.content_digest,
        "previous": entry.previous_digest,
    }


def append(kind: str, submission: Submission, content: dict[str, Any]) -> LedgerEntry:
    """Write the chain's next row, on `submission`, in the transaction of what it vouches for.

    `content` holds no words: numbers, moments and digests. It is kept in the row, with the receipt.
    """
    content = {"receipt": submission.receipt, **content}
    head = LedgerHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LedgerHead.objects.get_or_create(pk=1, defaults={"digest": GENESIS})
        head = LedgerHead.objects.select_for_update().get(pk=1)
    entry = LedgerEntry(
        sequence=head.sequence + 1,
        kind=kind,
        form=FORM,
        submission=submission,
        written_at=timezone.now(),
        content=content,
        content_digest=sha256(content),
        previous_digest=head.digest,
    )
    entry.digest = row_digest(entry)
    entry.save(force_insert=True)
    LedgerHead.objects.filter(pk=1).update(sequence=entry.sequence, digest=entry.digest)
    return entry


def faults() -> Iterator[str]:
    """Every place, in order, where the ledger and the database do not agree.

    Submissions may be received meanwhile: what is checked is the chain up to the head as it is now.
    """
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead(digest=GENESIS)
    previous, sequence = GENESIS, 0
    # What the rows say the public may read of a comment, by edition.
    public: dict[tuple[int, int], str] = {}
    corrected = _corrected()
    for entry in _rows(head.sequence):
        sequence += 1
        if entry.sequence != sequence:
            yield f"row {sequence} is missing: the next one there is row {entry.sequence}"
            sequence = entry.sequence
        if entry.previous_digest != previous:
            yield f"row {sequence} does not follow the row before it"
        if entry.digest != row_digest(entry):
            yield f"row {sequence} was altered"
        if not _fits(entry, corrected):
            yield f"row {sequence}: submission {entry.submission.receipt} was altered"
        if entry.kind == LedgerKind.REDACTED and entry.content:
            public[entry.content["number"], entry.content["edition"]] = entry.content["public"]
        previous = entry.digest
    if (head.sequence, head.digest) != (sequence, previous):
        yield f"the head names row {head.sequence}, the last row found is {sequence}"
    last = LedgerEntry.objects.filter(sequence__gt=head.sequence).first()
    # A row written while this ran has moved the head along in the same transaction.
    if last and LedgerHead.objects.get(pk=1).sequence < last.sequence:
        yield f"row {last.sequence} stands beyond the head"
    for submission in Submission.objects.filter(ledger_entries=None).iterator():
        yield f"submission {submission.receipt} has no row"
    yield from _altered_comments(public)


def _rows(up_to: int) -> Iterator[LedgerEntry]:
    return (
        LedgerEntry.objects.filter(sequence__lte=up_to)
        .select_related("submission")
        .prefetch_related(
            Prefetch("submission__comments", Comment.objects.prefetch_related("statements")),
            "submission__answers",
        )
        .iterator(chunk_size=500)
    )


def _corrected() -> dict[int, str]:
    """The digests of what senders said of themselves, where that was corrected: the last of each."""
    rows = LedgerEntry.objects.filter(kind=LedgerKind.CORRECTED).order_by("sequence")
    return {row.submission_id: row.content["sender"] for row in rows.iterator() if row.content}


def _fits(entry: LedgerEntry, corrected: dict[int, str]) -> bool:
    """Whether what `entry` vouches for is there, as it was."""
    submission = entry.submission
    if entry.form == 1:
        content = None if submission.pk in corrected else form_1(submission)
        return content is None or entry.content_digest == sha256(content)
    if entry.content is None or entry.content_digest != sha256(entry.content):
        return False
    statements = {
        (statement.comment_id, statement.number): statement
        for comment in submission.comments.all()
        for statement in comment.statements.all()
    }
    match entry.kind:
        case LedgerKind.RECEIVED:
            first = [statements.get((comment.pk, 1)) for comment in submission.comments.all()]
            if None in first:
                return False
            answers = list(submission.answers.all())
            written = received(submission, [each for each in first if each], answers)
            if submission.pk in corrected:
                if written["sender"] != corrected[submission.pk]:
                    return False
                written["sender"] = entry.content["sender"]
            return (
                written == entry.content
                and _sender_fits(submission)
                and all(_statement_fits(statement) for statement in first if statement)
                and all(_answer_fits(answer) for answer in answers)
            )
        case LedgerKind.EDITED:
            at = (entry.content["number"], entry.content["edition"])
            statement = statements.get(at)
            return (
                statement is not None
                and {"receipt": submission.receipt, **edited(statement)} == entry.content
                and _statement_fits(statement)
            )
    return True


def _sender_fits(submission: Submission) -> bool:
    if submission.erased_at:
        return not submission.salt
    return submission.digest == sealed(submission.salt, sender_of(submission))


def _statement_fits(statement: Statement) -> bool:
    if statement.erased_at:
        return not statement.words
    return statement.digest == sealed(statement.salt, statement.words)


def _answer_fits(answer: Answer) -> bool:
    if not answer.salt:
        return not answer.text
    return answer.digest == sealed(answer.salt, answer_of(answer.options, answer.text))


def _altered_comments(public: dict[tuple[int, int], str]) -> Iterator[str]:
    """Comments that are neither as their author wrote them nor as they were covered."""
    current = Statement.objects.filter(number=F("comment__edition")).select_related("comment")
    current = current.prefetch_related(Prefetch("comment__themes", Theme.objects.only("pk")))
    for statement in current.order_by("comment").iterator(chunk_size=500):
        comment, words = statement.comment, statement.words
        shown = texts_of(comment)
        covered = public.get((comment.pk, comment.edition))
        if covered:
            fits = sha256(shown) == covered
        else:
            fits = shown == {name: words.get(name) for name in shown}
        if not statement.erased_at:
            themes = sorted(theme.pk for theme in comment.themes.all())
            fits &= themes == words["themes"]
            fits &= all(getattr(comment, name) == words[name] for name in UNCOVERED)
        elif not any(shown.values()):
            fits = True
        if not fits:
            yield f"comment {comment.pk} was altered"
    for number in Comment.objects.filter(statements=None).values_list("pk", flat=True).iterator():
        yield f"comment {number} has no statement"


def form_1(submission: Submission) -> dict[str, Any] | None:
    """What a row of form 1 digests; None where some of it was erased."""
    first = {
        comment.pk: next((s for s in comment.statements.all() if s.number == 1), None)
        for comment in submission.comments.all()
    }
    if submission.erased_at or any(s is None or s.erased_at for s in first.values()):
        return None
    words = {number: statement.words for number, statement in first.items() if statement}
    answers = list(submission.answers.all())
    if any(not answer.salt for answer in answers):
        return None
    return {
        "receipt": submission.receipt,
        "draft": submission.draft_id,
        "received_at": moment(submission.received_at),
        "language": submission.language,
        "channel": submission.channel,
        "source_id": submission.source_id,
        "respondent": sender_of(submission),
        "consent": {
            "notice": submission.privacy_notice_version,
            "privacy": moment(submission.privacy_accepted_at),
            "publication": moment(submission.publication_accepted_at),
        },
        "comments": [
            {
                "number": comment.pk,
                "version": comment.version_id,
                "section": comment.section_id,
                **{
                    name: words[comment.pk][name]
                    for name in (
                        *("stance", "kind", "body", "proposed_text"),
                        *("reason", "links", "themes"),
                    )
                },
            }
            for comment in submission.comments.all()
        ],
        "answers": sorted(
            (
                {
                    "question": str(answer.question_uid),
                    "options": answer.options,
                    "text": answer.text,
                }
                for answer in answers
            ),
            key=lambda answer: answer["question"],
        ),
    }
