"""What a draft says: the wording that makes a version, and the words that comments stand on."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from consult.common import markup
from consult.common.languages import CODES

from .rules import section_numbers

# What a reference says where words are compared: that a section got another number changes none.
REFERENCE = "§{}"


def numbered(sections: list[Any]) -> list[Any]:
    """`sections`, each given its `number`, which follows from its level and its place."""
    for section, number in zip(sections, section_numbers(s.level for s in sections), strict=True):
        section.number = number
    return sections


def wording(sections: Iterable[Any]) -> list[dict[str, str]]:
    """What counts as a draft's wording: numbers, headings and texts in their one form, in order.

    `sections` have their `number`; references between them say the numbers they have here.
    """
    sections = list(sections)
    numbers = {str(section.uid): section.number for section in sections}
    return [
        {
            "uid": str(section.uid),
            "number": section.number,
            **{f"heading_{code}": getattr(section, f"heading_{code}") or "" for code in CODES},
            **{
                f"body_{code}": markup.with_numbers(getattr(section, f"body_{code}") or "", numbers)
                for code in CODES
            },
        }
        for section in sections
    ]


def lost_references(sections: Sequence[Any]) -> list[list[str]]:
    """For each of `sections`, its texts' columns that refer to a section that is not among them."""
    uids = {str(section.uid) for section in sections}
    return [
        [
            name
            for name in (f"body_{code}" for code in CODES)
            if markup.references(getattr(section, name) or "") - uids
        ]
        for section in sections
    ]


def wording_digest(rows: Iterable[dict[str, str]]) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of `rows` (from `wording` or a version)."""
    canonical = json.dumps(list(rows), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def stored_rows(sections: Iterable[Any]) -> list[dict[str, str]]:
    """The rows of a version's `sections` as they were hashed when it was cut."""
    return [
        {
            "uid": str(section.uid),
            "number": section.number,
            **{
                f"{name}_{code}": getattr(section, f"{name}_{code}") or ""
                for name in ("heading", "body")
                for code in CODES
            },
        }
        for section in sections
    ]


@lru_cache(maxsize=2_048)
def words_digest(heading: str | None, body: str | None) -> str:
    """SHA-256, in hexadecimal, of the words of a section in one language; empty without words.

    Neither formatting nor the number in a reference counts. It is kept with every section of a
    version: who changes what it says has to fill those anew by a migration. A report asks for the
    same texts over and over, hence the cache.
    """

    def unnumbered(node: markup.Node) -> markup.Tree:
        uid = node.refers_to
        return [REFERENCE.format(uid)] if uid else [node]

    words = markup.text_of(markup.rewritten(markup.parse(body or ""), unnumbered))
    heading = " ".join((heading or "").split())
    if not heading and not words:
        return ""
    return hashlib.sha256(f"{heading}\n{words}".encode()).hexdigest()
