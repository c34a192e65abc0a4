"""Digests of what was sent: salted, so that words can be erased and their digest tells nothing."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .models import Attachment, Comment, Submission

# The columns of Comment that its author writes.
WRITTEN = ("stance", "kind", "body", "proposed_text", "reason", "links", "language")
# The columns of Submission that say who sent it. Not the e-mail, which is erased in time.
SENDER = (
    "respondent_kind",
    "sector",
    "name",
    "organisation",
    "on_behalf_of",
    "state",
    "country",
    "show_name",
)


def canonical(content: Any) -> bytes:
    """The one way to write `content` as JSON, so that its digest can be computed anywhere."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(content: Any) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of `content`."""
    return hashlib.sha256(canonical(content)).hexdigest()


def new_salt() -> str:
    """A fresh salt: 128 random bits."""
    return secrets.token_hex(16)


def sealed(salt: str, words: Any) -> str:
    """The digest of `words` under `salt`."""
    return sha256([salt, words])


def moment(value: datetime | None) -> str | None:
    """A moment as it is written in what is digested."""
    return value.astimezone(UTC).isoformat() if value else None


def words_of(comment: Comment, themes: list[int], files: list[Attachment]) -> dict[str, Any]:
    """What its author said in `comment`, for a statement: words, themes and files' digests."""
    return {
        **{name: getattr(comment, name) for name in WRITTEN},
        "themes": sorted(themes),
        "files": sorted(file.digest for file in files),
    }


def sender_of(submission: Submission) -> dict[str, Any]:
    """What its sender said of themselves in `submission`."""
    return {name: getattr(submission, name) for name in SENDER}


def answer_of(options: list[str], text: str) -> Mapping[str, Any]:
    """What was answered to one question."""
    return {"options": options, "text": text}
