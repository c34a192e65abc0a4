"""What a document says that a draft cannot keep: noted where it stands, told in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.text import Truncator
from django.utils.translation import gettext as _, gettext_lazy, ngettext_lazy

from .word import WordFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Paragraphs in these styles (in small letters) are made by a program: a list of contents, and what
# our own documents say around the text.
MADE_STYLES = ("toc", "contents", "consulta ")
# What stands within a paragraph and is no word of it.
NOT_ITS_WORDS = frozenset(f"{W}{name}" for name in ("txbxContent", "del", "moveFrom"))
# How many of one kind in one place are told apart.
SHOWN = 4


@dataclass(frozen=True, eq=False)
class Kind:
    """What can get lost, in words for one and for many."""

    words: Any


PICTURE = Kind(
    ngettext_lazy("%(count)d picture was left out", "%(count)d pictures were left out", "count")
)
TEXT = Kind(
    ngettext_lazy(
        "%(count)d piece of text, in a box perhaps, was left out",
        "%(count)d pieces of text, in a box perhaps, were left out",
        "count",
    )
)
OBJECT = Kind(
    ngettext_lazy(
        "%(count)d embedded object or chart was left out",
        "%(count)d embedded objects or charts were left out",
        "count",
    )
)
EQUATION = Kind(
    ngettext_lazy(
        "%(count)d equation became plain characters",
        "%(count)d equations became plain characters",
        "count",
    )
)
COMMENT = Kind(
    ngettext_lazy(
        "%(count)d comment in the margin was left out",
        "%(count)d comments in the margin were left out",
        "count",
    )
)
INSERTION = Kind(
    ngettext_lazy(
        "%(count)d tracked insertion was accepted",
        "%(count)d tracked insertions were accepted",
        "count",
    )
)
DELETION = Kind(
    ngettext_lazy(
        "%(count)d tracked deletion was accepted",
        "%(count)d tracked deletions were accepted",
        "count",
    )
)
MARGIN = Kind(
    ngettext_lazy(
        "%(count)d header or footer was left out",
        "%(count)d headers and footers were left out",
        "count",
    )
)
FRONT_MATTER = Kind(
    ngettext_lazy(
        "%(count)d line under the title was left out",
        "%(count)d lines under the title were left out",
        "count",
    )
)
DEEP_HEADING = Kind(
    ngettext_lazy(
        "%(count)d heading below the third level became a subheading in the text",
        "%(count)d headings below the third level became subheadings in the text",
        "count",
    )
)
LONG_HEADING = Kind(
    ngettext_lazy(
        "%(count)d heading was cut short; all of it begins the text",
        "%(count)d headings were cut short; all of each begins its text",
        "count",
    )
)
HEADING_NOTE = Kind(
    ngettext_lazy(
        "%(count)d note in a heading was moved to the beginning of the text",
        "%(count)d notes in a heading were moved to the beginning of the text",
        "count",
    )
)
NUMBER = Kind(
    ngettext_lazy(
        "%(count)d section gets another number than in the file",
        "%(count)d sections get other numbers than in the file",
        "count",
    )
)
REFERENCE = Kind(
    ngettext_lazy(
        "%(count)d cross reference stays as plain words; it will not follow when numbers change",
        "%(count)d cross references stay as plain words; they will not follow when numbers change",
        "count",
    )
)
LETTERS = Kind(
    ngettext_lazy(
        "%(count)d list with letters or Roman numerals is now numbered 1, 2, 3",
        "%(count)d lists with letters or Roman numerals are now numbered 1, 2, 3",
        "count",
    )
)
LINK = Kind(
    ngettext_lazy(
        "%(count)d link that leads nowhere on the web was left out; its words stay",
        "%(count)d links that lead nowhere on the web were left out; their words stay",
        "count",
    )
)
HTML = Kind(
    ngettext_lazy(
        "%(count)d piece of HTML was left out", "%(count)d pieces of HTML were left out", "count"
    )
)
INTRODUCTION = Kind(gettext_lazy("The text before the first heading became a section of its own"))
SUMMARY = Kind(gettext_lazy("The paragraph before the first heading became the summary"))
SEEMS_TO_BE = {
    "es": Kind(gettext_lazy("This file seems to be in Spanish: is it in its place?")),
    "en": Kind(gettext_lazy("This file seems to be in English: is it in its place?")),
}


class Losses:
    """What could not be kept, gathered by its place (the heading above it) and its kind."""

    def __init__(self) -> None:
        self.noted: dict[tuple[str, Kind], list[str]] = {}

    def note(self, kind: Kind, place: str = "", detail: str = "") -> None:
        self.noted.setdefault((place, kind), []).append(" ".join(detail.split()))

    def sentences(self, places: list[str]) -> list[str]:
        """A sentence for each kind in each place, in the order of `places`; the whole first."""
        order = {place: number for number, place in enumerate(["", *places])}
        found = sorted(self.noted.items(), key=lambda one: order.get(one[0][0], len(order)))
        return [self.sentence(place, kind, details) for (place, kind), details in found]

    def sentence(self, place: str, kind: Kind, details: list[str]) -> str:
        said = kind.words % {"count": len(details)}
        names = [f"“{Truncator(detail).chars(60)}”" for detail in dict.fromkeys(details) if detail]
        if names:
            said += f" ({', '.join(names[:SHOWN])}{', …' if len(names) > SHOWN else ''})"
        if place:
            return _("“%(section)s”: %(what)s.") % {
                "section": Truncator(place).chars(80),
                "what": said,
            }
        return said if said.endswith("?") else f"{said}."


def note_losses_of_word(word: WordFile, main: str, kept: str, losses: Losses) -> None:
    """Note in `losses` what stands in `word` and pandoc does not tell of.

    `main`: the part with the text. `kept`: the letters (see `letters`) of all that pandoc read.
    """
    headings = heading_styles(word)
    place, here = "", 0
    for element in seen(word.trees[main]):
        match element.tag.removeprefix(W):
            case "p":
                words = words_of(element)
                if words and style_of(element) in headings:
                    place = words
                # Nearly always it stands where the last one ended.
                if (found := kept.find(letters(words), here)) >= 0:
                    here = found
                elif letters(words) not in kept:
                    losses.note(TEXT, place, words)
            case "object" | "altChunk":
                losses.note(OBJECT, place)
            case "commentReference":
                losses.note(COMMENT, place)
            case "ins" | "moveTo":
                losses.note(INSERTION)
            case "del" | "moveFrom":
                losses.note(DELETION)
            case "instrText" | "fldSimple" if is_unlinked_reference(element):
                losses.note(REFERENCE, place)
        if element.tag == f"{A}graphicData" and element.get("uri", "").endswith(
            ("/chart", "/diagram")
        ):
            losses.note(OBJECT, place)
    names = {style.get(f"{W}styleId", ""): name for style, name in styles(word)}
    for part, tree in word.trees.items():
        if part.startswith(("word/header", "word/footer")) and part.endswith(".xml"):
            words = " ".join(
                words_of(paragraph)
                for paragraph in tree.iter(f"{W}p")
                if not names.get(style_of(paragraph), "").startswith(MADE_STYLES)
            )
            if any(character.isalpha() for character in words):
                losses.note(MARGIN, "", words)


def letters(words: str) -> str:
    """`words` by which to find them again: without blanks, punctuation and capitals."""
    return "".join(filter(str.isalnum, words.casefold()))


def seen(element: Element, leaving_out: frozenset[str] = frozenset()) -> Iterator[Element]:
    """What is in `element`, in order, without what only older programs would show."""
    waiting = [element]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += (inner for inner in reversed(one) if inner.tag not in leaving_out | {FALLBACK})


def words_of(paragraph: Element) -> str:
    """The words in `paragraph`, as they are once the tracked changes are accepted."""
    words = "".join(
        (one.text or "") if one.tag == f"{W}t" else " "
        for one in seen(paragraph, NOT_ITS_WORDS)
        if one.tag in (f"{W}t", f"{W}tab", f"{W}br")
    )
    return " ".join(words.split())


def style_of(paragraph: Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style.get(f"{W}val", "") if style is not None else ""


def styles(word: WordFile) -> Iterator[tuple[Element, str]]:
    """The styles of a document, each with its name in small letters."""
    for style in word.trees.get("word/styles.xml", Element("none")).iter(f"{W}style"):
        name = style.find(f"{W}name")
        yield style, name.get(f"{W}val", "").lower() if name is not None else ""


def heading_styles(word: WordFile) -> set[str]:
    """The ids of the styles that are headings, whatever their language, and those based on them."""
    based: dict[str, str] = {}
    found = set()
    for style, name in styles(word):
        base = style.find(f"{W}basedOn")
        if name.startswith("heading "):
            found.add(style.get(f"{W}styleId", ""))
        elif base is not None:
            based[style.get(f"{W}styleId", "")] = base.get(f"{W}val", "")
    while more := {key for key, base in based.items() if base in found} - found:
        found |= more
    return found


def is_unlinked_reference(element: Element) -> bool:
    """Whether the field refers to a place in the document, but not by a link."""
    instruction = (element.text or element.get(f"{W}instr") or "").split()
    return bool(instruction) and instruction[0].upper() == "REF" and "\\h" not in instruction
