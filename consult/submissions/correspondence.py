"""What people ask us to send them by mail; the letters themselves are written above."""

from django.conf import settings
from django.db import transaction

from consult.common.limits import mailbox, take_of

from .models import Submission
from .signals import receipt_asked_for, receipts_asked_for


def _may_write_to(email: str) -> bool:
    """Whether one more letter may go to `email` at somebody's asking, who may be anybody."""
    per_hour = settings.LETTERS_ASKED_PER_HOUR
    return take_of(mailbox(email), "asked-letter", burst=per_hour, per_hour=per_hour)


def ask_for_receipt(submission: Submission, email: str = "") -> bool:
    """Have the receipt of `submission` sent; to `email`, kept from now on, if it has no address yet.

    False where that address has been written to too often, or there is none.
    """
    address = submission.email or email
    if not address or submission.erased_at or not _may_write_to(address):
        return False
    with transaction.atomic():
        if not submission.email:
            submission.email = address
            submission.save(update_fields=["email"])
        receipt_asked_for.send(sender=Submission, submission=submission)
    return True


def ask_for_receipts(email: str, language: str) -> None:
    """Have the receipts of `email` sent there, if there are any: nobody is told here.

    Nothing is looked up while somebody waits, so that the time tells nothing either.
    """
    if not _may_write_to(email):
        return
    with transaction.atomic():
        receipts_asked_for.send(sender=Submission, email=email, language=language)
