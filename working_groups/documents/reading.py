"""A draft's text from a Word or Markdown file: its title, its summary, its sections."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.utils.translation import gettext as _

from consult.common.importing import ImportRefused, decoded, longest, too_large
from consult.common.languages import detect_ours
from consult.common.markup import Node, Tree, canonical, html_of, rewritten, text_of
from consult.common.texts import storable

from ..models import DraftPage, Section
from ..rules import section_numbers
from .blocks import TO_ANCHOR, Writer, flat, words
from .losses import (
    FRONT_MATTER,
    HEADING_NOTE,
    INTRODUCTION,
    LONG_HEADING,
    NUMBER,
    REFERENCE,
    SEEMS_TO_BE,
    SUMMARY,
    Losses,
    letters,
    note_losses_of_word,
)
from .numbers import in_two_languages, numbered
from .pandoc import PandocFailed, pandoc
from .word import OLE, PDF, RTF, ZIP, open_word

WORD = ["--from=docx+styles", "--track-changes=accept"]
# Pandoc's own, without what would change the words (dollars, at signs, quotation marks) or hide
# them in markup of another kind.
MARKDOWN = [
    "--from=markdown-smart-tex_math_dollars-raw_tex-raw_attribute-citations-example_lists"
    "-latex_macros-implicit_figures"
]
MARKDOWN_NAMES = (".md", ".markdown", ".txt")
SECTION_LEVELS = 3
# From so many characters on a text shows what language it is in.
TELLING = 300
# What a section is called that has no heading in the file, in the file's language.
INTRODUCTIONS = {"es": "Introducción", "en": "Introduction"}


@dataclass
class ReadSection:
    """A section of a file; `number` as it was typed, for finding it again."""

    level: int
    number: str
    heading: str
    body: str
    # What a reference in the same file (`#section-ANCHOR`) calls it.
    anchor: str


@dataclass
class ReadDocument:
    """What a file says; `losses` are sentences in the reader's language on what it cannot keep."""

    name: str
    language: str
    # Empty where the file gives none.
    title: str
    summary: str
    sections: list[ReadSection]
    losses: list[str]


def read_document(name: str, data: bytes, language: str | None = None) -> ReadDocument:
    """The draft in the file `data`, in `language` (None: as it seems); raises ImportRefused."""
    limit = settings.IMPORT_MAX_BYTES
    if limit and len(data) > limit:
        raise ImportRefused([too_large(name)])
    losses = Losses()
    try:
        if data.startswith((ZIP, OLE, PDF, RTF)) or PurePath(name).suffix.lower() == ".docx":
            word = open_word(name, data)
            # What stands in its parts is looked at first: it may be none to be read.
            main = word.main
            tree = parsed(WORD, word.repacked())
            text = words(tree)
            note_losses_of_word(word, main, letters(text), losses)
        elif PurePath(name).suffix.lower() in MARKDOWN_NAMES:
            tree = parsed(MARKDOWN, storable(decoded(data)).encode())
            text = words(tree)
        else:
            raise ImportRefused([_("the name of a draft’s file ends in .docx or in .md")])
        return Reader(tree, text, losses).read(name, language)
    except RecursionError as error:
        raise ImportRefused([f"{name}: " + _("lists or quotations are nested too deep")]) from error
    except PandocFailed as error:
        said = _("this file cannot be read (%(reason)s)") % {"reason": str(error)[:200]}
        raise ImportRefused([f"{name}: {said}"]) from error
    except ImportRefused as refused:
        raise ImportRefused(
            [each if each.startswith(name) else f"{name}: {each}" for each in refused.problems]
        ) from refused


def parsed(arguments: list[str], data: bytes) -> Any:
    """Pandoc's tree of the document `data`."""
    return json.loads(pandoc([*arguments, "--to=json"], data))


@dataclass
class Piece:
    """A heading with the blocks below it, until it is known what refers to it."""

    level: int
    anchor: str
    # As it stands in the file, and as it can be kept.
    place: str
    heading: str
    body: Tree = field(default_factory=list)
    # Where references lead that mean this section.
    anchors: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Target:
    """A section that references lead to, with its number, and the one that was typed before it."""

    anchor: str
    number: str
    typed: str


class Reader:
    """Divides pandoc's tree of a document, with all its `text`, into sections."""

    def __init__(self, tree: Any, text: str, losses: Losses) -> None:
        self.text = text
        self.losses = losses
        self.writer = Writer(losses)
        self.meta = {name: plain(value) for name, value in tree["meta"].items()}
        self.blocks = list(flat(tree["blocks"]))
        self.title = self.meta.get("title", "")
        self.summary = ""
        # The headings as they stand in the file.
        self.places: list[str] = []

    def read(self, name: str, language: str | None) -> ReadDocument:
        """The document in the file `name`; raises ImportRefused where it has no sections."""
        seems = detect_ours(self.text, default=language or "es")
        if language and seems != language and len(self.text) > TELLING:
            self.losses.note(SEEMS_TO_BE[seems])
        language = language or seems
        for key in ("subtitle", "author", "date"):
            if self.meta.get(key):
                self.losses.note(FRONT_MATTER, "", self.meta[key])
        pieces = self.pieces(language)
        sections = self.sections(pieces)
        return ReadDocument(
            name=name,
            language=language,
            title=self.title[: longest(DraftPage, "heading")],
            summary=self.summary,
            sections=sections,
            losses=self.losses.sentences(self.places),
        )

    # --- Dividing ---------------------------------------------------------------------------------

    def pieces(self, language: str) -> list[Piece]:
        """The headings with what stands below each."""
        top = self.writer.top = self.top_level()
        before: list[Any] = []
        pieces: list[Piece] = []
        for block in self.blocks:
            if (level := level_of(block)) and level - top < SECTION_LEVELS:
                pieces.append(self.begun(level - top + 1, block))
            elif pieces:
                self.writer.anchors = pieces[-1].anchors
                pieces[-1].body += self.writer.blocks([block])
            else:
                before.append(block)
        limit = settings.DRAFT_MAX_SECTIONS
        if limit and len(pieces) > limit:
            raise ImportRefused(
                [
                    _("this file has %(count)d sections; at most %(limit)d are possible")
                    % {"count": len(pieces), "limit": limit}
                ]
            )
        return [*self.introduction(before, language), *pieces]

    def top_level(self) -> int:
        """The level of the headings of the first sections; what is a title is none of them."""
        levels = [level for block in self.blocks if (level := level_of(block))]
        if not levels:
            raise ImportRefused(
                [
                    _(
                        "this file has no headings, so nobody can tell its sections: give them the "
                        "styles Heading 1, 2, 3 (in Word) or begin them with # (in Markdown)"
                    )
                ]
            )
        first = self.blocks[0]
        if level_of(first) == min(levels) and levels.count(min(levels)) == 1 and len(levels) > 1:
            heading = words(first["c"][2]).strip()
            if not self.title or letters(self.title) == letters(heading):
                self.title = heading
                self.blocks = self.blocks[1:]
                levels = levels[1:]
        return min(levels)

    def introduction(self, before: list[Any], language: str) -> list[Piece]:
        """What stands before the first heading: the summary, or a section of its own."""
        self.writer.place = ""
        self.writer.anchors = set()
        written = self.writer.blocks(before)
        limit = longest(DraftPage, "summary") or 0
        self.summary = self.meta.get("abstract", "")
        if len(self.summary) > limit:
            written = [Node("p", {}, [self.summary]), *written]
            self.summary = ""
        if not written:
            return []
        if not self.summary and is_short(written, limit):
            self.summary = text_of(written)
            self.losses.note(SUMMARY)
            return []
        self.losses.note(INTRODUCTION)
        return [Piece(1, "", "", INTRODUCTIONS[language], written, self.writer.anchors)]

    def begun(self, level: int, block: Any) -> Piece:
        """A section from its heading; what cannot be in a heading begins its text."""
        _level, (anchor, _classes, _attributes), inlines = block["c"]
        self.writer.place = " ".join(words(inlines).split("\n")[0].split())
        self.places.append(self.writer.place)
        self.writer.anchors = {anchor}
        inside = self.writer.inlines(inlines)
        notes = [part for part in inside if isinstance(part, Node) and part.tag == "small"]
        heading = text_of(part for part in inside if part not in notes)
        body: Tree = [Node("p", {}, [note]) for note in notes]
        if notes:
            self.losses.note(HEADING_NOTE, self.writer.place)
        limit = longest(Section, "heading") or len(heading)
        if len(heading) > limit:
            self.losses.note(LONG_HEADING, self.writer.place)
            body.insert(0, Node("p", {}, [Node("b", {}, [heading])]))
            heading = heading[: limit - 1].rstrip() + "…"
        anchors = self.writer.anchors | {as_on_github(heading)}
        return Piece(level, anchor, self.writer.place, heading, body, anchors)

    # --- Numbers and references -------------------------------------------------------------------

    def sections(self, pieces: list[Piece]) -> list[ReadSection]:
        """`pieces` with their numbers told apart from their headings, and their references."""
        if in_two_languages([piece.heading for piece in pieces]):
            raise ImportRefused(
                [_("this file has every section twice, in two languages; a file has one language")]
            )
        depths = depths_of(piece.level for piece in pieces)
        headings = numbered(list(zip(depths, (piece.heading for piece in pieces), strict=True)))
        numbers = section_numbers(depths)
        targets: dict[str, Target] = {}
        for piece, heading, number in zip(pieces, headings, numbers, strict=True):
            for anchor in piece.anchors:
                targets.setdefault(anchor, Target(piece.anchor, number, heading.number))
        sections = []
        for place, (piece, heading) in enumerate(zip(pieces, headings, strict=True)):
            if heading.stripped and heading.number != numbers[place]:
                change = f"{heading.text}: {heading.number} → {numbers[place]}"
                self.losses.note(NUMBER, "", change)

            self.writer.place = piece.place
            body = rewritten(piece.body, lambda node: self.referring(node, targets))
            sections.append(
                ReadSection(
                    level=depths[place],
                    number=heading.number,
                    heading=heading.text,
                    body=storable(canonical(html_of(body))),
                    anchor=piece.anchor,
                )
            )
        return sections

    def referring(self, node: Node, targets: dict[str, Target]) -> Tree:
        """`node`; a link within the file as a reference, which says the number of a section only."""
        address = node.attrs.get("href", "")
        if node.tag != "a" or not address.startswith(TO_ANCHOR):
            return [node]
        target = targets.get(unquote(address.removeprefix(TO_ANCHOR)))
        if target is None:
            self.losses.note(REFERENCE, self.writer.place, text_of(node.children))
            return node.children
        link = Node("a", {"href": TO_ANCHOR + target.anchor}, [target.number])
        for number in filter(None, (target.typed, target.number)):
            said = re.fullmatch(rf"(.*?\b|){re.escape(number)}(\.?)", text_of(node.children))
            if said:
                return [said[1], link, said[2]]
        return [*node.children, " (", link, ")"]


def level_of(block: Any) -> int:
    """The level of a heading; 0 for what is none, or has no words."""
    is_heading = block["t"] == "Header" and words(block["c"][2]).strip()
    return block["c"][0] if is_heading else 0


def depths_of(levels: Iterable[int]) -> list[int]:
    """How deep each heading stands; those of one level stay side by side where one is skipped."""
    depths = []
    above: list[int] = []
    for level in levels:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        depths.append(len(above))
    return depths


def is_short(written: Tree, limit: int) -> bool:
    """Whether `written` is one paragraph of words, such as a summary is."""
    if len(written) != 1 or not isinstance(written[0], Node) or written[0].tag != "p":
        return False
    with_more = any(
        isinstance(part, Node) and part.tag not in ("b", "i", "br") for part in written[0].children
    )
    return not with_more and len(text_of(written)) <= limit


def plain(value: Any) -> str:
    """The words of what a document says of itself."""
    return " ".join(words(value).split())


def as_on_github(heading: str) -> str:
    """What a link to `heading` says where Markdown is written for GitHub."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower()))
