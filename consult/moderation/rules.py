"""Which decisions there are, and what each needs: plain values in, an answer out."""

from django.conf import settings
from django.utils.translation import gettext as _

from consult.submissions.enums import Status

from .enums import ReasonCode

# What the author withdrew is decided no more.
OPEN_TO_DECISION = frozenset({Status.PENDING, Status.PUBLISHED, Status.REJECTED})
OUTCOMES = frozenset({Status.PUBLISHED, Status.REJECTED})


def may_become(status: str, outcome: str) -> bool:
    """Whether a decision may take a comment from `status` to `outcome`.

    Rejecting again is a correction of the reason; publishing again would say nothing.
    """
    if outcome not in OUTCOMES or status not in OPEN_TO_DECISION:
        return False
    return not status == outcome == Status.PUBLISHED


def faults(outcome: str, reason_code: str, note: str) -> dict[str, str]:
    """What is wrong with a decision's reason and note: a sentence for each field, or nothing."""
    found = {}
    if outcome == Status.REJECTED and reason_code not in ReasonCode.values:
        found["reason_code"] = _("Choose why the comment is rejected: its author will read it.")
    if reason_code == ReasonCode.OTHER and not note.strip():
        found["note"] = _("Write the reason here, since it is none of those in the list.")
    limit = settings.DECISION_NOTE_MAX_LENGTH
    if limit and len(note) > limit:
        found["note"] = _("At most %(limit)d characters fit here; this has %(length)d.") % {
            "limit": limit,
            "length": len(note),
        }
    return found
