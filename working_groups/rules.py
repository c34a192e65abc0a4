"""Who may do what, and when: plain values in, an answer out."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from .enums import Phase, TranslationStatus


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


def section_numbers(levels: Iterable[int]) -> list[str]:
    """The numbers (`2.3`) of sections from their levels in order; a skipped level counts as one."""
    counters: list[int] = []
    numbers = []
    for level in levels:
        depth = max(1, min(level, len(counters) + 1))
        counters = counters[:depth] + [0] * (depth - len(counters))
        counters[depth - 1] += 1
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
