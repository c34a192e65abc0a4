"""What an import would change in a draft, section by section, before anything is saved."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import override

from consult.common import markup
from consult.common.languages import CODES

from ..differences import compare, marked
from ..importing import with_uids
from ..models import Section
from ..rules import section_numbers

ADDED, REMOVED, CHANGED, FORM, RENUMBERED = "added", "removed", "changed", "form", "renumbered"


@dataclass
class Change:
    """What happens to one section; `texts` are its differences by language, as HTML."""

    kind: str
    number: str
    heading: str
    # The number it had; empty where it has the same, or is new.
    was: str = ""
    texts: dict[str, SafeString] = field(default_factory=dict)


def changes(content: dict[str, Any], sections: Sequence[Section]) -> list[Change]:
    """What `content` (a draft's file) changes in `sections`, the draft's with their `number`.

    In the order of the new text, those that are removed at the end.
    """
    entries = content["sections"]
    before = {str(section.uid): section for section in sections}
    uids = {entry["key"]: entry.get("uid") or str(uuid.uuid4()) for entry in entries}
    numbers = dict(
        zip(uids.values(), section_numbers(entry["level"] for entry in entries), strict=True)
    )
    found = []
    for entry in entries:
        section = before.pop(entry.get("uid", ""), None)
        number = numbers[uids[entry["key"]]]
        old, new = {}, {}
        for code in CODES:
            old[code] = text_of(section, code, numbers)
            new[code] = old[code]
            if code in entry.get("heading", {}):
                body = with_uids(entry["body"][code], uids)
                new[code] = whole(entry["heading"][code], markup.with_numbers(body, numbers))
        texts = {
            code: differing(old[code], new[code], code) for code in CODES if old[code] != new[code]
        }
        was = section.number if section and section.number != number else ""
        heading = entry.get("heading", {}).get("es") or str(section or "")
        if section is None:
            found.append(Change(ADDED, number, heading, was, texts))
        elif texts:
            kind = CHANGED if any(words(old[code]) != words(new[code]) for code in texts) else FORM
            found.append(Change(kind, number, heading, was, texts))
        elif was:
            found.append(Change(RENUMBERED, number, heading, was))
    for section in before.values():
        texts = {
            code: differing(old_text, "", code)
            for code in CODES
            if (old_text := text_of(section, code, numbers))
        }
        found.append(Change(REMOVED, "", str(section), section.number, texts))
    return found


def text_of(section: Section | None, code: str, numbers: dict[str, str]) -> str:
    """Heading and body of `section` in a language, its references with their new numbers."""
    if section is None:
        return ""
    body = getattr(section, f"body_{code}") or ""
    return whole(getattr(section, f"heading_{code}") or "", markup.with_numbers(body, numbers))


def words(html: str) -> str:
    return markup.text_of(markup.parse(html))


def whole(heading: str, body: str) -> str:
    return (f"<h3>{escape(heading)}</h3>" if heading else "") + body


def differing(old: str, new: str, code: str) -> SafeString:
    """The difference of two texts in the language `code`, as HTML."""
    with override(code):
        return markup.shown(markup.rewritten(marked(compare(old, new)), readable))


def readable(node: markup.Node) -> markup.Tree:
    """`node` as it is read here: a note in brackets at its place, a reference as its number."""
    if node.tag == "small":
        return [markup.Node("small", node.attrs, [" [", *node.children, "]"])]
    return node.children if node.refers_to else [node]
