"""Who may change what, and what became of the words that a comment stands on.

Plain values in, an answer out.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from consult.common.languages import other
from working_groups.rules import has_closed
from working_groups.wording import words_digest

from .enums import OWN_STATUSES, Carried, Status


def language_read(section: Any, language: str) -> str:
    """The language of the words that a reader of `language` had in `section`.

    The other one, where theirs had no text: a heading alone is no translation.
    """
    codes = (language, other(language))
    for code in codes:
        heading, digest = getattr(section, f"heading_{code}"), getattr(section, f"digest_{code}")
        # Told by the digest: where sections are compared, their texts are not loaded.
        if digest not in ("", _of_heading(heading)):
            return code
    return next((code for code in codes if getattr(section, f"digest_{code}")), language)


@lru_cache(maxsize=10_000)
def _of_heading(heading: str | None) -> str:
    return words_digest(heading, "")


def carried(then: str, now: str | None) -> Carried:
    """What became of words, by their digests; None: the section is not there any more."""
    if now is None:
        return Carried.REMOVED
    return Carried.UNCHANGED if now == then else Carried.CHANGED


def may_change(status: str) -> bool:
    """Whether its author may still change a comment in `status`, while the consultation is open."""
    return status in OWN_STATUSES


def status_after_change(status: str, first: str) -> str:
    """What a comment in `status` becomes when its author changes it; `first`: as new ones begin.

    What a chair has refused or covered once is read again before it is public.
    """
    return first if status == Status.PUBLISHED else Status.PENDING


def may_key_in(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Whether a clerk may key in now what came on paper for a consultation with this window."""
    if opens_at is None or now < opens_at:
        return False
    days = settings.CLERK_GRACE_DAYS
    return closes_at is None or not days or now <= closes_at + timedelta(days=days)


def handed_in(
    day: date, hour: time | None, opens_at: datetime, closes_at: datetime | None, now: datetime
) -> datetime | None:
    """The moment that somebody means by `day`, in the site's zone; None: outside of the window.

    Without an hour it is noon, or as near to it as the window and `now` allow on that day.
    """
    zone = timezone.get_default_timezone()
    if hour is not None:
        moment = datetime.combine(day, hour, zone)
        inside = opens_at <= moment <= now and not (closes_at and has_closed(closes_at, moment))
        return moment if inside else None
    first = max(opens_at, datetime.combine(day, time.min, zone))
    last = min(closes_at or now, now, datetime.combine(day, time.max, zone))
    if last < first:
        return None
    return min(max(datetime.combine(day, time(12), zone), first), last)
