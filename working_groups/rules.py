"""Who may do what, and when: plain values in, an answer out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings

from .enums import Phase, TranslationStatus, WindowChange

# When a consultation opens and closes.
Dates = tuple[datetime | None, datetime | None]


def has_closed(closes_at: datetime | None, now: datetime) -> bool:
    """Whether the last second of `closes_at`, which still counts, is over."""
    # In whole seconds, and nothing added: at the end of the year 9999 there is no next second.
    return closes_at is not None and now.replace(microsecond=0) > closes_at.replace(microsecond=0)


def phase_of(
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    has_version: bool,
    responded: bool,
    now: datetime,
) -> Phase:
    """Where a draft stands, from its dates, its versions and its answer; never stored."""
    if not has_version or opens_at is None:
        return Phase.PREPARING
    if now < opens_at:
        return Phase.UPCOMING
    if not has_closed(closes_at, now):
        return Phase.OPEN
    return Phase.RESPONDED if responded else Phase.ANALYSIS


def end_of_minute(typed: datetime) -> datetime:
    """What somebody means who typed `typed` as a closing time: "23:59" is to the end of it."""
    return typed if typed.second else typed.replace(second=59)


def same_dates(ours: Dates, theirs: Dates) -> bool:
    """Whether both are the same to the second, which is as exact as forms and windows are."""
    first, second = (
        [date and date.replace(microsecond=0) for date in dates] for dates in (ours, theirs)
    )
    return first == second


def window_change(before: Dates, after: Dates, now: datetime) -> WindowChange | None:
    """What moving its dates does to a consultation; None where it had not opened yet.

    A closing time that is not set is later than any.
    """
    (opened, closed), (opens, closes) = before, after
    if opened is None or opened > now:
        return None
    if same_dates((None, closed), (None, closes)):
        longer = opens is not None and opens < opened
    else:
        longer = closes is None or (closed is not None and closes > closed)
    return WindowChange.EXTENDED if longer else WindowChange.SHORTENED


def may_extend(phase: Phase, closes_at: datetime | None, now: datetime) -> bool:
    """Whether more time can be given: while it is open, and for a while after if unanswered."""
    if closes_at is None:
        return False
    days = settings.REOPENING_DAYS
    recent = not days or now - closes_at <= timedelta(days=days)
    return phase == Phase.OPEN or (phase == Phase.ANALYSIS and recent)


def section_numbers(levels: Iterable[int]) -> list[str]:
    """The numbers (`2.3`) of sections from their levels in order; a skipped level counts as one."""
    above: list[int] = []
    counters: list[int] = []
    numbers = []
    for level in levels:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        depth = len(above)
        counters = [*counters[:depth], *[0] * (depth - len(counters))]
        counters[-1] += 1
        numbers.append(".".join(map(str, counters)))
    return numbers


def translation_status(
    source: str, *, complete: bool, now: Mapping[str, str], reviewed: Mapping[str, str]
) -> TranslationStatus:
    """How far a translation has got, from digests of the words in each language.

    `source`: the language it was written in. `complete`: nothing of it is in one language only.
    `now` and `reviewed`: the digests as they are, and as they were at the last review (empty where
    there was none). That the source changed since counts more than that the translation did too.
    """
    if not complete:
        return TranslationStatus.MISSING
    if not reviewed:
        return TranslationStatus.DRAFT
    if now[source] != reviewed.get(source):
        return TranslationStatus.STALE
    return TranslationStatus.REVIEWED if now == reviewed else TranslationStatus.DRAFT
