"""What a reader and a screen reader find in a PDF."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

ZERO_WIDTH_SPACE = "\u200b"


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def words(pdf: pikepdf.Pdf) -> str:
    """All that is printed, page by page, without blanks: a line's end is none in a PDF."""
    return "".join("".join(_shown(page)) for page in pdf.pages)


def squeezed(text: str) -> str:
    """`text` as `words` gives it."""
    return re.sub(rf"[\s{ZERO_WIDTH_SPACE}]", "", text)


def _shown(page: Any) -> Iterator[str]:
    letters: dict[str, dict[int, str]] = {}
    font = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            font = str(operands[0])
            if font not in letters:
                letters[font] = _letters(page.Resources.Font[font].ToUnicode.read_bytes().decode())
        elif str(operator) in ("Tj", "TJ"):
            pieces = operands[0] if str(operator) == "TJ" else operands
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    codes = bytes(piece)
                    for place in range(0, len(codes), 2):
                        letter = letters[font].get(int.from_bytes(codes[place : place + 2]), "")
                        yield squeezed(letter)


def _letters(table: str) -> dict[int, str]:
    """What each code of a font stands for."""
    found = {}
    for lines in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", lines):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    return found


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """The tags in the order in which they are read, each with its element."""
    yield from _elements(pdf.Root.StructTreeRoot.K)


def _elements(kids: Any) -> Iterator[tuple[str, Any]]:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield str(kid.S).removeprefix("/"), kid
            if "/K" in kid:
                yield from _elements(kid.K)


def headings(pdf: pikepdf.Pdf) -> list[tuple[str, str]]:
    """The headings in order, with their level: `H1`, `H2` …"""
    return [
        (tag, str(element["/T"]).replace(ZERO_WIDTH_SPACE, ""))
        for tag, element in elements(pdf)
        if re.fullmatch(r"H\d", tag)
    ]


def bookmarks(pdf: pikepdf.Pdf) -> list[str]:
    with pdf.open_outline() as outline:
        return list(_titles(outline.root))


def _titles(items: Any) -> Iterator[str]:
    for item in items:
        yield item.title.replace(ZERO_WIDTH_SPACE, "")
        yield from _titles(item.children)


def links(pdf: pikepdf.Pdf) -> list[str]:
    """Where the links lead: addresses, and names of places in the file; empty for those without."""
    found = []
    for page in pdf.pages:
        for note in page.get("/Annots", []):
            target = note.A.URI if "/A" in note else note.Dest
            found.append("" if isinstance(target, pikepdf.Array) else str(target))
    return found


def places(pdf: pikepdf.Pdf) -> set[str]:
    """The names of places in the file that links can lead to."""
    tree = pikepdf.NameTree(pdf.Root.Names.Dests)
    return {str(name) for name in tree}
