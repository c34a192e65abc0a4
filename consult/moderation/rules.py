"""Which decisions there are, and what each needs: plain values in, an answer out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from consult.submissions.enums import Status

from .enums import ReasonCode

# What a comment may become by a decision. Rejecting again corrects the reason, covering again the
# parts; what the author withdrew is decided no more.
MAY_BECOME: dict[str, frozenset[str]] = {
    Status.PENDING: frozenset({Status.PUBLISHED, Status.REDACTED, Status.REJECTED}),
    Status.PUBLISHED: frozenset({Status.REDACTED, Status.HIDDEN, Status.REJECTED}),
    Status.REDACTED: frozenset({Status.PUBLISHED, Status.REDACTED, Status.HIDDEN}),
    Status.HIDDEN: frozenset({Status.PUBLISHED, Status.REDACTED}),
    Status.REJECTED: frozenset({Status.PUBLISHED, Status.REDACTED, Status.REJECTED}),
    Status.WITHDRAWN: frozenset(),
}
# Their author is told why.
NEEDS_REASON = frozenset({Status.REDACTED, Status.REJECTED, Status.HIDDEN})
# What keeps words from the public: who wrote them changes none without being read again.
KEEPS_FROM_PUBLIC = NEEDS_REASON
# What can be decided on many at once, and from which state: covering needs eyes on each, and so does
# showing again, or refusing again, what somebody read and kept from the public.
FOR_MANY: dict[str, frozenset[str]] = {
    Status.PUBLISHED: frozenset({Status.PENDING}),
    Status.REJECTED: frozenset({Status.PENDING, Status.PUBLISHED}),
}
# The outcome that a form asks for to take the last decision back.
UNDO = "undo"


def may_become(status: str, outcome: str) -> bool:
    """Whether a decision may take a comment from `status` to `outcome`."""
    return outcome in MAY_BECOME.get(status, ())


def may_become_among_many(status: str, outcome: str) -> bool:
    """Whether a decision on many may take a comment from `status` to `outcome`."""
    return status in FOR_MANY.get(outcome, ())


def may_be_undone(status: str, edition: int, last: Any) -> bool:
    """Whether the decision that stands, `last`, can be taken back.

    Not where the comment went elsewhere since (withdrawn, changed by its author), nor where only
    the reason was corrected: there is nothing to go back to.
    """
    if last is None or (status, edition) != (last.to_status, last.edition):
        return False
    return last.from_status != status or status == Status.REDACTED


def faults(outcome: str, reason_code: str, note: str, spans: Collection = ()) -> dict[str, str]:
    """What is wrong with a decision's reason, note and parts: a sentence for each, or nothing."""
    found = {}
    if outcome in NEEDS_REASON and reason_code not in ReasonCode.values:
        found["reason_code"] = {
            Status.REJECTED: _("Choose why the comment is rejected: its author will read it."),
            Status.HIDDEN: _("Choose why the comment is hidden: its author will read it."),
        }.get(Status(outcome), _("Choose why parts are covered: its author will read it."))
    if outcome == Status.REDACTED and not spans:
        found["spans"] = _("Mark what is to be covered, or publish the comment as it is.")
    if outcome == Status.PUBLISHED and spans:
        found["spans"] = _(
            "Parts are marked to be covered. Publish the comment with them covered, or take the"
            " marks away."
        )
    if reason_code == ReasonCode.OTHER and not note.strip():
        found["note"] = _("Write the reason here, since it is none of those in the list.")
    if too_long := _too_long(note):
        found["note"] = too_long
    return found


def _too_long(note: str) -> str:
    limit = settings.DECISION_NOTE_MAX_LENGTH
    if not limit or len(note) <= limit:
        return ""
    return _("At most %(limit)d characters fit here; this has %(length)d.") % {
        "limit": limit,
        "length": len(note),
    }


def faults_of_note(words: str) -> dict[str, str]:
    """What is wrong with a note to colleagues, or with the reason of a precaution."""
    fault = _too_long(words) if words.strip() else _("Write something here.")
    return {"words": fault} if fault else {}


def faults_of_appeal(grant: bool, note: str) -> dict[str, str]:
    """What is wrong with the note that answers an appeal."""
    if not grant and not note.strip():
        return {"note": _("Write why the rejection stands: the author will read it.")}
    return faults(Status.PUBLISHED, "", note)


def seen_as(status: str, edition: int) -> str:
    """What somebody saw of a comment, to be asked for again when they decide."""
    return status if edition == 1 else f"{status}.{edition}"


def covered_after(outcome: str, standing: list[Any], chosen: list[Any]) -> list[Any]:
    """What is covered of a comment after a decision; what the public cannot read stays as it is."""
    if outcome == Status.REDACTED:
        return chosen
    return [] if outcome == Status.PUBLISHED else standing


def appeal_until(decided_at: datetime) -> datetime | None:
    """Until when a rejection of `decided_at` can be appealed; None: for ever."""
    days = settings.APPEAL_DAYS
    return decided_at + timedelta(days=days) if days else None


def may_appeal(status: str, decided_at: datetime, now: datetime) -> bool:
    """Whether a comment in `status`, decided at `decided_at`, can be appealed for the first time."""
    until = appeal_until(decided_at)
    return status == Status.REJECTED and (until is None or now <= until)
