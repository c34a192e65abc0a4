"""What a person needs in order to check the ledger by themselves; see docs/ledger.md."""

from collections.abc import Iterator
from typing import Any

from . import ledger
from .models import LedgerEntry, LedgerHead, Submission
from .sealing import answer_of, canonical, sender_of


def public_row(entry: LedgerEntry) -> dict[str, Any]:
    """A row of the chain: digests, numbers and moments; nothing of who sent what."""
    return {**ledger.row(entry), "digest": entry.digest}


def chain(first: int, last: int | None) -> Iterator[bytes]:
    """The rows from `first` to `last` (the head) as JSON Lines: one a line, in order."""
    rows = LedgerEntry.objects.filter(sequence__gte=first).order_by("sequence")
    if last is not None:
        rows = rows.filter(sequence__lte=last)
    columns = ("sequence", "kind", "form", "written_at", "content_digest", "previous_digest")
    for entry in rows.only(*columns, "digest").iterator(chunk_size=1_000):
        yield canonical(public_row(entry)) + b"\n"


def proof_of(submission: Submission) -> dict[str, Any]:
    """The rows on `submission`, what they vouch for, and the words whose digests stand in it.

    For its sender only: it holds all that they wrote, and the salts.
    """
    statements = [
        statement
        for comment in submission.comments.prefetch_related("statements")
        for statement in comment.statements.all()
        if not statement.erased_at
    ]
    words = [{"salt": s.salt, "words": s.words, "digest": s.digest} for s in statements]
    words += [
        {"salt": a.salt, "words": answer_of(a.options, a.text), "digest": a.digest}
        for a in submission.answers.all()
        if a.salt
    ]
    if submission.salt:
        sender = sender_of(submission)
        words.append({"salt": submission.salt, "words": sender, "digest": submission.digest})
    head = LedgerHead.objects.filter(pk=1).first()
    return {
        "head": {"sequence": head.sequence, "digest": head.digest} if head else None,
        "rows": [
            {**public_row(entry), "says": entry.content}
            for entry in submission.ledger_entries.order_by("sequence")
        ],
        "words": words,
    }
