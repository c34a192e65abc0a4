"""A version as PDF, to print and to cite: tagged, so that a screen reader finds its way in it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.common import languages
from consult.common.markup import Node, Tree

from .edition import LOCALES, Column, Edition
from .grid import grid

TEMPLATE = Path(__file__).with_name("draft.typ")
PROGRAM = Path(__file__).with_name("typesetting.py")
SECONDS = 120

# A word longer than any: may be broken anywhere, every few letters.
LONG_WORD = re.compile(r"\S{31,}")
FEW_LETTERS = re.compile(r"\S{5}(?=\S)")
ZERO_WIDTH_SPACE = "\u200b"
# How a list can begin to count.
START = re.compile(r"[0-9]{1,9}")


class PdfFailed(Exception):
    """No PDF was made: what the typesetter said, or that its time ran out."""


def pdf(edition: Edition) -> bytes:
    """`edition` as PDF/UA-1; raises PdfFailed."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM), str(TEMPLATE)],
            input=json.dumps(_data(edition), ensure_ascii=False).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfFailed(f"no answer after {SECONDS} seconds") from error
    if done.returncode:
        raise PdfFailed(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


def _data(edition: Edition) -> dict[str, Any]:
    """What draft.typ shows, as it reads it; all of it text."""
    published = timezone.localtime(edition.version.published_at, timezone.get_default_timezone())
    return {
        "language": languages.current(),
        "locales": LOCALES,
        "both": len(edition.codes) > 1,
        "site": settings.SITE_NAMES[languages.current()],
        "title": edition.titles[0].text,
        "titles": [{"lang": title.lang, "text": breakable(title.text)} for title in edition.titles],
        "group": edition.group.text,
        "standing": edition.standing,
        "date": [published.year, published.month, published.day],
        "digest": edition.version.digest,
        "address": edition.address,
        "facts": edition.facts,
        "legal_notes": [
            {"lang": lang, "body": Flow(lang, 0).blocks(note)} for lang, note in edition.legal_notes
        ],
        "prevails": edition.prevails,
        "contents": _("Contents"),
        "sections": [[_section(column) for column in columns] for columns in edition.sections],
    }


def _section(column: Column) -> dict[str, Any]:
    return {
        "number": column.number,
        "level": column.level,
        "anchor": column.anchor,
        "heading": breakable(column.heading.text),
        "heading_lang": column.heading.lang,
        "notice": column.notice,
        "body_lang": column.body_lang,
        "body": Flow(column.body_lang, column.level).blocks(column.body),
    }


def breakable(text: str) -> str:
    """`text`, its endless words with places to break, so that none runs off the page."""
    return LONG_WORD.sub(
        lambda word: FEW_LETTERS.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", word.group()), text
    )


class Flow:
    """Turns the trees of a text in `lang` into what the template walks.

    Words with their marks are apart from what stands on lines of its own: a `run` of them may stand
    between paragraphs. Headings are counted on from the section's `level`, and none is skipped.
    """

    def __init__(self, lang: str, level: int) -> None:
        self.lang = lang
        self.outer = self.level = level

    def blocks(self, tree: Tree) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = []
        for child in tree:
            if isinstance(child, Node) and child.is_block:
                blocks += self._block(child)
            elif blocks and blocks[-1]["is"] == "run":
                blocks[-1]["in"] += self._words([child])
            else:
                blocks.append({"is": "run", "in": self._words([child])})
        return blocks

    def _block(self, node: Node) -> Iterator[dict[str, Any]]:
        tag = node.tag
        if tag == "p":
            yield {"is": "p", "in": self._words(node.children)}
        elif tag in ("ul", "ol"):
            start = node.attrs.get("start", "")
            yield {
                "is": tag,
                "start": int(start) if START.fullmatch(start) else 1,
                "in": [self._item(child) for child in node.children],
            }
        elif tag in ("h2", "h3", "h4", "h5"):
            self.level = min(self.outer + max(1, int(tag[1]) - 2), self.level + 1)
            yield {"is": "heading", "level": self.level, "in": self._words(node.children)}
        elif tag == "table":
            table = grid(node)
            if not table.cells:
                yield {"is": "p", "in": self._words(table.caption)}
                return
            yield {
                "is": "table",
                "columns": table.columns,
                "caption": self._words(table.caption),
                "cells": [{**vars(cell), "body": self.blocks(cell.body)} for cell in table.cells],
            }
        elif tag in ("blockquote", "hr"):
            yield {"is": tag, "in": self.blocks(node.children)}
        else:
            yield from self.blocks(node.children)

    def _item(self, child: Node | str) -> list[dict[str, Any]]:
        if isinstance(child, Node) and child.tag == "li":
            return self.blocks(child.children)
        return self.blocks([child])

    def _words(self, tree: Tree) -> list[Any]:
        return [
            breakable(child)
            if isinstance(child, str)
            else {
                "is": child.tag,
                "lang": self.lang,
                "to": child.attrs.get("href", ""),
                "in": self._words(child.children),
            }
            for child in tree
        ]
