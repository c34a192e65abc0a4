"""The chain of digests that shows that no submission was lost, added or altered."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from .models import Comment, LedgerEntry, LedgerHead, Submission

# The way submission_content writes. Each row keeps the number it was written with, so that a later
# way can check the rows of this one.
FORM = 1
# The digest before the first row.
GENESIS = "0" * 64


def canonical(content: Any) -> bytes:
    """The one way to write `content` as JSON, so that its digest can be computed anywhere."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(content: Any) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of `content`."""
    return hashlib.sha256(canonical(content)).hexdigest()


def moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat() if value else None


def submission_content(submission: Submission) -> dict[str, Any]:
    """What the ledger vouches for. Not the e-mail, which is erased in time, nor any status."""
    return {
        "receipt": submission.receipt,
        "draft": submission.draft_id,
        "received_at": moment(submission.received_at),
        "language": submission.language,
        "channel": submission.channel,
        "source_id": submission.source_id,
        "respondent": {
            name: getattr(submission, name)
            for name in (
                "respondent_kind",
                "sector",
                "name",
                "organisation",
                "on_behalf_of",
                "state",
                "country",
                "show_name",
            )
        },
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
                "stance": comment.stance,
                "kind": comment.kind,
                "body": comment.body,
                "proposed_text": comment.proposed_text,
                "reason": comment.reason,
                "links": comment.links,
                "themes": sorted(theme.pk for theme in comment.themes.all()),
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
                for answer in submission.answers.all()
            ),
            key=lambda answer: answer["question"],
        ),
    }


def row_digest(entry: LedgerEntry) -> str:
    """The digest of `entry` that the next row names."""
    return sha256(
        {
            "sequence": entry.sequence,
            "kind": entry.kind,
            "form": entry.form,
            "written_at": moment(entry.written_at),
            "content": entry.content_digest,
            "previous": entry.previous_digest,
        }
    )


def append(submission: Submission) -> LedgerEntry:
    """Write `submission`, stored in this same transaction, as the chain's next row."""
    head, _created = LedgerHead.objects.select_for_update().get_or_create(
        pk=1, defaults={"digest": GENESIS}
    )
    entry = LedgerEntry(
        sequence=head.sequence + 1,
        form=FORM,
        submission=submission,
        written_at=timezone.now(),
        content_digest=sha256(submission_content(submission)),
        previous_digest=head.digest,
    )
    entry.digest = row_digest(entry)
    entry.save()
    head.sequence, head.digest = entry.sequence, entry.digest
    head.save()
    return entry


def faults() -> Iterator[str]:
    """Every place, in order, where the ledger and the database do not agree.

    Submissions may be received meanwhile: what is checked is the chain up to the head as it is now.
    """
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead(digest=GENESIS)
    previous, sequence = GENESIS, 0
    entries = (
        LedgerEntry.objects.filter(sequence__lte=head.sequence)
        .select_related("submission")
        .prefetch_related(
            Prefetch("submission__comments", Comment.objects.prefetch_related("themes")),
            "submission__answers",
        )
    )
    for entry in entries.iterator(chunk_size=500):
        sequence += 1
        if entry.sequence != sequence:
            yield f"row {sequence} is missing: the next one there is row {entry.sequence}"
            sequence = entry.sequence
        if entry.previous_digest != previous:
            yield f"row {sequence} does not follow the row before it"
        if entry.content_digest != sha256(submission_content(entry.submission)):
            yield f"row {sequence}: submission {entry.submission.receipt} was altered"
        if entry.digest != row_digest(entry):
            yield f"row {sequence} was altered"
        previous = entry.digest
    if (head.sequence, head.digest) != (sequence, previous):
        yield f"the head names row {head.sequence}, the last row found is {sequence}"
    last = LedgerEntry.objects.filter(sequence__gt=head.sequence).first()
    # A row written while this ran has moved the head along in the same transaction.
    if last and LedgerHead.objects.get(pk=1).sequence < last.sequence:
        yield f"row {last.sequence} stands beyond the head"
    for submission in Submission.objects.filter(ledger_entries=None).iterator():
        yield f"submission {submission.receipt} has no row"
