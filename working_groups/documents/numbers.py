"""Numbers that authors typed before headings."""

import re
from dataclasses import dataclass

# “2.1 ”, “2.1. ”, “2) ”, “2.- ”: the site says it itself.
DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,5})(?:\.-|[.)])?\s+(?=\S)")
# “Artículo 3.”, “Chapter II”, “IV. ”: part of the name, in either language.
LABEL = re.compile(
    r"(?:(?:art[íi]culo|article|art\.|cap[íi]tulo|chapter|t[íi]tulo|title|secci[óo]n|section|"
    r"anexo|annex|principio|principle)\s+(?P<named>\d{1,4}|[ivxlc]{1,7})\b"
    r"|(?P<roman>[IVXLC]{1,7})(?:\.-|[.)])\s)",
    re.IGNORECASE,
)
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass
class Heading:
    """A heading without the number that was typed before it, if it was `stripped`."""

    text: str
    number: str = ""
    stripped: bool = False


def numbered(headings: list[tuple[int, str]]) -> list[Heading]:
    """Each heading, with its depth, as what it says and its number.

    A decimal number is taken off where it goes on from the one before, as in an outline: a date or
    a count at the beginning of a heading is none.
    """
    found = [DECIMAL.match(text) for _depth, text in headings]
    follows = outline([depth for depth, _text in headings], [one and one[1] for one in found])
    if sum(follows) < min(2, len(headings)):
        follows = [False] * len(headings)
    return [
        Heading(text[match.end() :], match[1], True)
        if match and is_next
        else Heading(text, label(text))
        for (_depth, text), match, is_next in zip(headings, found, follows, strict=True)
    ]


def in_two_languages(headings: list[str]) -> bool:
    """Whether every number stands before two headings, one after the other: a text in two columns."""
    found = [match[1] if (match := DECIMAL.match(text)) else None for text in headings]
    return len(found) > 2 and None not in found and found[::2] == found[1::2]


def outline(depths: list[int], numbers: list[str | None]) -> list[bool]:
    """For each of `numbers` whether it stands as deep as it says, and is the next."""
    before: list[int] = []
    follows = []
    for depth, number in zip(depths, numbers, strict=True):
        parts = [int(part) for part in (number or "").split(".") if part]
        if len(parts) != depth:
            follows.append(False)
            continue
        counted = (before + [0] * depth)[: depth - 1]
        last = before[depth - 1] if len(before) >= depth and before[: depth - 1] == counted else 0
        follows.append(parts == [*counted, last + 1])
        # One that leaps is kept, and those after it may go on from there.
        before = parts
    return follows


def label(heading: str) -> str:
    """The number in the name of an article or chapter, in digits; empty where there is none."""
    found = LABEL.match(heading)
    if not found:
        return ""
    said = (found["named"] or found["roman"]).lower()
    if said.isdigit():
        return said
    values = [ROMAN[letter] for letter in said]
    return str(
        sum(
            -value if value < following else value
            for value, following in zip(values, [*values[1:], 0], strict=True)
        )
    )
