"""What an address asks of the search, read with forgiveness: what makes no sense is said and left."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from . import meaning
from .engines.base import FACETS
from .enums import Sort
from .query import MAX_LENGTH, printable

PAGE_MAX = 1_000
# States are typed by people, and years come by themselves; every other facet has a list.
FREE_TEXT = {"state": 80, "year": 4}
# Of those, so many at once: each is a link on the page that repeats all the others.
FREE_TEXT_MOST = 40
DATES = ("since", "until")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass
class Parameters:
    """A search as asked for; `problems` are sentences about what was asked and left aside.

    `dates` holds the days that were understood, as ISO dates by the name of their parameter; days
    that contradict each other are kept to be put right, and `since` and `until` leave them aside.
    `unfinished`: the last word is still being typed.
    """

    text: str = ""
    filters: dict[str, list[str]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    exact: bool = False
    unfinished: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def reversed(self) -> bool:
        """Whether the last day is before the first."""
        return len(self.dates) == len(DATES) and self.dates["until"] < self.dates["since"]

    @property
    def since(self) -> datetime | None:
        """The first moment of the first day, in the site's zone."""
        return None if self.reversed else self._midnight("since")

    @property
    def until(self) -> datetime | None:
        """The first moment after the last day, in the site's zone."""
        return None if self.reversed else self._midnight("until", days=1)

    def _midnight(self, name: str, days: int = 0) -> datetime | None:
        if name not in self.dates:
            return None
        day = date.fromisoformat(self.dates[name]) + timedelta(days)
        return datetime.combine(day, time.min, timezone.get_default_timezone())

    @property
    def narrowed(self) -> bool:
        """Whether something is chosen beside the words."""
        return bool(self.filters or self.dates)

    def query(
        self, without: Sequence[str] = (), value: str | None = None, text: str | None = None
    ) -> QueryDict:
        """What an address says of this search, always in the same order and without what is empty.

        `without` names parameters to leave out, or with `value` that one value of theirs; `text`
        stands in for the words. With either it is the first page.
        """
        address = QueryDict(mutable=True)
        pairs = [
            ("q", self.text if text is None else text),
            *((facet, each) for facet in FACETS for each in sorted(self.filters.get(facet, ()))),
            *((name, self.dates.get(name, "")) for name in DATES),
            ("sort", self.sort),
            ("exact", "1" if self.exact else ""),
        ]
        if not without and text is None and self.page > 1:
            pairs.append(("page", str(self.page)))
        for name, each in pairs:
            if each and not (name in without and value in (None, each)):
                address.appendlist(name, each)
        return address


def together(
    chosen: Mapping[str, Sequence[str]], more: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """The values `chosen` of each facet, and those that field words add."""
    return {
        facet: list(dict.fromkeys((*chosen.get(facet, ()), *more.get(facet, ()))))
        for facet in {**chosen, **more}
    }


def sorts() -> list[tuple[str, Any]]:
    """The orders that this installation can give hits in, with their names."""
    return [each for each in Sort.choices if each[0] != Sort.SIMILAR or meaning.is_on()]


def read(
    data: QueryDict,
    choices: Mapping[str, Mapping[str, object]],
    names: Mapping[str, str] | None = None,
) -> Parameters:
    """The parameters in `data`; `choices` are the values of each facet that has a list.

    `names` are the parameters' names where they are not the facets' own.
    """
    asked = Parameters(
        text=data.get("q", ""),
        exact=data.get("exact") == "1",
        unfinished=data.get("unfinished") == "1",
    )
    if len(asked.text) > MAX_LENGTH:
        asked.problems.append(
            _("The words to look for may have at most %(count)s characters.")
            % {"count": MAX_LENGTH}
        )
        asked.text = asked.text[:MAX_LENGTH]
    asked.text = printable(asked.text)
    for facet in FACETS:
        name = (names or {}).get(facet, facet)
        values = list(dict.fromkeys(filter(None, data.getlist(name))))
        if facet in FREE_TEXT and len(values) > FREE_TEXT_MOST:
            asked.problems.append(
                _("“%(name)s” may have at most %(count)s values.")
                % {"name": name, "count": FREE_TEXT_MOST}
            )
            values = values[:FREE_TEXT_MOST]
        for value in values:
            known = (
                len(value) <= FREE_TEXT[facet] and value.isprintable()
                if facet in FREE_TEXT
                else value in choices[facet]
            )
            if known:
                asked.filters.setdefault(facet, []).append(value)
            else:
                asked.problems.append(_unknown(name, value))
    for name in DATES:
        typed = data.get(name, "").strip()
        if day := _day(typed):
            asked.dates[name] = day
        elif typed:
            asked.problems.append(
                _("“%(value)s” is not a date. Please write year, month and day, as in 2026-03-31.")
                % {"value": _short(typed)}
            )
    if asked.reversed:
        asked.problems.append(
            _("The last day, %(until)s, is before the first, %(since)s: dates were not looked at.")
            % asked.dates
        )
    asked.sort = data.get("sort", "")
    if asked.sort and asked.sort not in dict(sorts()):
        asked.problems.append(_unknown("sort", asked.sort))
        asked.sort = ""
    asked.page = _number(data, "page", 1, PAGE_MAX, asked.problems)
    return asked


def _day(typed: str) -> str:
    """`typed` where it is an ISO date that another day follows; else nothing."""
    with suppress(ValueError, OverflowError):
        if ISO_DATE.fullmatch(typed) and date.fromisoformat(typed) + timedelta(1):
            return typed
    return ""


def _number(data: QueryDict, name: str, default: int, largest: int, problems: list[str]) -> int:
    typed = data.get(name, "")
    if not typed:
        return default
    if typed.isascii() and typed.isdigit() and len(typed) < 7 and 1 <= int(typed) <= largest:
        return int(typed)
    problems.append(
        _("“%(name)s” must be a number from 1 to %(largest)s.") % {"name": name, "largest": largest}
    )
    return default


def _unknown(name: str, value: str) -> str:
    return _("“%(value)s” is not a known value of “%(name)s”.") % {
        "value": _short(value),
        "name": name,
    }


def _short(value: str) -> str:
    return Truncator(printable(value)).chars(60)
