"""What an address asks of the search, read with forgiveness: what makes no sense is said and left."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .engines.base import FACETS
from .enums import Sort
from .query import MAX_LENGTH, printable

PAGE_MAX = 1_000
# States are typed by people, and years come by themselves; every other facet has a list.
FREE_TEXT = {"state": 80, "year": 4}


@dataclass
class Parameters:
    """A search as asked for; `problems` are sentences about what was asked and left aside."""

    text: str = ""
    filters: dict[str, list[str]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    exact: bool = False
    problems: list[str] = field(default_factory=list)


def read(
    data: QueryDict,
    choices: Mapping[str, Mapping[str, object]],
    names: Mapping[str, str] | None = None,
) -> Parameters:
    """The parameters in `data`; `choices` are the values of each facet that has a list.

    `names` are the parameters' names where they are not the facets' own.
    """
    asked = Parameters(text=data.get("q", ""), exact=data.get("exact") == "1")
    if len(asked.text) > MAX_LENGTH:
        asked.problems.append(
            _("The words to look for may have at most %(count)s characters.")
            % {"count": MAX_LENGTH}
        )
        asked.text = asked.text[:MAX_LENGTH]
    asked.text = printable(asked.text)
    for facet in FACETS:
        name = (names or {}).get(facet, facet)
        for value in dict.fromkeys(filter(None, data.getlist(name))):
            known = (
                len(value) <= FREE_TEXT[facet] and value.isprintable()
                if facet in FREE_TEXT
                else value in choices[facet]
            )
            if known:
                asked.filters.setdefault(facet, []).append(value)
            else:
                asked.problems.append(_unknown(name, value))
    asked.sort = data.get("sort", "")
    if asked.sort and asked.sort not in Sort.values:
        asked.problems.append(_unknown("sort", asked.sort))
        asked.sort = ""
    asked.page = _number(data, "page", 1, PAGE_MAX, asked.problems)
    return asked


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
        "value": Truncator(printable(value)).chars(60),
        "name": name,
    }
