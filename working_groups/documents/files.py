"""The files of a version: made when somebody first asks for one, then kept for good."""

import fcntl
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import caches

from .docx import docx
from .edition import Edition
from .pandoc import PandocFailed
from .pdf import PdfFailed, pdf

logger = logging.getLogger(__name__)

# Raised when a file is made otherwise: by another template, in other styles or words.
FORMAT = 1
MAKERS: dict[str, Callable[[Edition], bytes]] = {"pdf": pdf, "docx": docx}
# Seconds until it is tried again where a file could not be made.
AGAIN_AFTER = 600
# Seconds to wait while other files are being made.
WAIT = 10


class NotMade(Exception):
    """There is no such file for now: it failed, and why is in the log; or others are being made."""


def tag_of(edition: Edition, kind: str) -> str:
    """What tells this file from every other, and from itself when something about it changed."""
    return f"{kind}-{FORMAT}-{edition.fingerprint}"


def file_of(edition: Edition, kind: str) -> bytes:
    """`edition` as a file of the `kind`: pdf or docx; raises NotMade."""
    kept, key = caches["versions"], tag_of(edition, kind)
    found = kept.get(key)
    if found is None:
        with _alone():
            # Whoever was at it before may have made this very file.
            found = kept.get(key)
            if found is None:
                found = _made(edition, kind)
                kept.set(key, found, timeout=None if found else AGAIN_AFTER)
    if not found:
        raise NotMade
    return found


def _made(edition: Edition, kind: str) -> bytes:
    try:
        return MAKERS[kind](edition)
    except (PandocFailed, PdfFailed):
        logger.exception("Version %s could not be made a %s.", edition.version.pk, kind)
        return b""


@contextmanager
def _alone() -> Iterator[None]:
    """One file at a time in all processes: a large one takes its share of memory."""
    with open(settings.VAR_DIR / "versions.lock", "w") as lock:
        until = time.monotonic() + WAIT
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # Who waits keeps others from reading: a site has a handful of threads.
                if time.monotonic() > until:
                    raise NotMade from None
                time.sleep(0.1)
        yield
