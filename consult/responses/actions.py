"""What is done once a consultation has been answered."""

import logging
from datetime import datetime

from consult.submissions.erasing import erase_originals

from .queries import with_data_past_their_time

logger = logging.getLogger(__name__)


def erase_personal_data(now: datetime) -> int:
    """Erase e-mails and unpublished originals whose time is over; of how many submissions.

    Each is erased in a transaction of its own, with its row in the ledger: a run that is stopped is
    taken up by the next.
    """
    erased = 0
    for submission in list(with_data_past_their_time(now).only("pk").order_by("pk")):
        erased += erase_originals(submission, now=now)
    if erased:
        logger.info("The personal data of %s submissions were erased: their time is over.", erased)
    return erased
