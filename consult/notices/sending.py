"""How letters leave: one by one, each of them surely, and as rarely as can be twice.

A letter is claimed in a transaction of its own before it is handed to the mail server, and marked as
gone at once after. If the worker is killed between the two, nobody knows whether the server has it:
it is sent again after a while, since a receipt that never comes is worse than one that comes twice.
It then has the same Message-ID, by which mail programs know it for the same. No lock is held while a
server is spoken to.
"""

import logging
import smtplib
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from .models import WAITS, Letter

logger = logging.getLogger(__name__)

BATCH = 50
# With the waits between them these take four days.
MOST_ATTEMPTS = len(WAITS) + 2


def send_letters() -> bool:
    """Send some letters that are due; whether there may be more. Raises where no server answers."""
    if not Letter.objects.due().exists():
        return False
    connection = get_connection()
    connection.open()
    try:
        for _turn in range(BATCH):
            claimed = Letter.objects.claim(1)
            if not claimed:
                return False
            _send(claimed[0], connection)
    finally:
        connection.close()
    return True


def _send(letter: Letter, connection: Any) -> None:
    try:
        connection.send_messages([_message(letter)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        _refused(letter, error)
    except OSError:
        # Not about this letter: the server is gone, or takes nothing from us. The worker rests.
        raise
    except Exception as error:
        _refused(letter, error)
    else:
        Letter.objects.filter(pk=letter.pk).update(done_at=timezone.now())


def _message(letter: Letter) -> EmailMultiAlternatives:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<letter-{letter.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    if letter.unsubscribe:
        # RFC 8058: the reader's mail program offers it as a button.
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        settings.DEFAULT_FROM_EMAIL,
        [letter.recipient],
        headers=headers,
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def _refused(letter: Letter, error: Exception) -> None:
    """Give `letter` up where that is for good; its next try is fixed already otherwise."""
    for_good = _is_final(error) or letter.attempts >= MOST_ATTEMPTS
    if for_good:
        Letter.objects.filter(pk=letter.pk).update(done_at=timezone.now(), failed=True)
    # What the server says may name the recipient.
    outcome = "for good" if for_good else "for now"
    logger.warning("Letter %s was refused %s: %s", letter.pk, outcome, type(error).__name__)


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def erase_old_letters() -> None:
    """Erase recipient and words of letters that went out a while ago; that they did, stays."""
    if not settings.LETTERS_KEPT_DAYS:
        return
    long_ago = timezone.now() - timedelta(days=settings.LETTERS_KEPT_DAYS)
    old = Letter.objects.filter(done_at__lt=long_ago).exclude(recipient="")
    old.erase()
