"""Pandoc's tree of a document as the texts of a draft, in the elements that a body may have."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from consult.common.markup import Node, Tree, rewritten, text_of

from .losses import DEEP_HEADING, EQUATION, HTML, LETTERS, LINK, MADE_STYLES, PICTURE, Losses

# Where a link may lead, and what a footnote may hold.
WEB = ("http://", "https://", "mailto:", "tel:")
IN_A_NOTE = frozenset({"a", "b", "code", "i", "s", "sub", "sup"})
# A reference inside the document, until it is known which section it is about.
TO_ANCHOR = "#section-"
# The style (in small letters) of a cell that names its row, in our own documents (see docx.py).
ROW_NAME = "row name"
# One element each, and those that leave their words only.
ELEMENTS = {
    "Emph": "i", "Strong": "b", "Strikeout": "s", "Superscript": "sup", "Subscript": "sub",
}  # fmt: skip
PLAIN_LISTS = ("DefaultStyle", "Decimal", "Example")
QUOTES = {"DoubleQuote": ("“", "”"), "SingleQuote": ("‘", "’")}


def flat(blocks: Iterable[Any]) -> Iterator[Any]:
    """`blocks` without their wrappings, and without what a program made."""
    for block in blocks:
        if block["t"] != "Div":
            yield block
            continue
        (_id, _classes, attributes), inside = block["c"]
        if not style(attributes).startswith(MADE_STYLES):
            yield from flat(inside)


def style(attributes: list[list[str]]) -> str:
    """The name of a paragraph's style, in small letters."""
    return dict(attributes).get("custom-style", "").lower()


def names_row(blocks: list[Any]) -> bool:
    """Whether the cell with `blocks` is one that names its row."""
    return any(block["t"] == "Div" and style(block["c"][0][2]) == ROW_NAME for block in blocks)


def words(tree: Any) -> str:
    """All words in a piece of pandoc's tree, notes after the text they stand in."""
    found: list[str] = []
    notes: list[Any] = [tree]
    for piece in notes:
        collect(piece, found, notes)
        found.append("\n")
    return "".join(found)


def collect(piece: Any, found: list[str], notes: list[Any]) -> None:
    if isinstance(piece, list):
        for inner in piece:
            collect(inner, found, notes)
    elif isinstance(piece, dict):
        match piece.get("t"):
            case "Str":
                found.append(piece["c"])
            case "Space" | "SoftBreak" | "LineBreak":
                found.append(" ")
            case "Code" | "CodeBlock" | "Math" | "RawInline" | "RawBlock":
                found.append(piece["c"][1])
            case "Note":
                notes.append(piece["c"])
            case None:
                # The document's own data: names with values.
                for inner in piece.values():
                    collect(inner, found, notes)
            case _:
                collect(piece.get("c"), found, notes)


class Writer:
    """Writes pandoc's blocks and inlines as trees; notes in `losses` what it could not keep.

    `place` is the heading under which it writes; `anchors` gathers where links can lead; `top` is
    the level of the headings of the first sections.
    """

    def __init__(self, losses: Losses) -> None:
        self.losses = losses
        self.place = ""
        self.top = 1
        self.anchors: set[str] = set()

    # --- Blocks -----------------------------------------------------------------------------------

    def blocks(self, blocks: Iterable[Any]) -> Tree:
        written: Tree = []
        for block in flat(blocks):
            written += self.block(block["t"], block.get("c"))
        return written

    def block(self, kind: str, content: Any) -> Tree:
        match kind:
            case "Para" | "Plain":
                return self.paragraph(self.inlines(content))
            case "LineBlock":
                return self.paragraph(self.lines(self.inlines(line) for line in content))
            case "CodeBlock":
                lines: list[Tree] = [[line] for line in content[1].splitlines()]
                return self.paragraph([Node("code", {}, self.lines(lines))])
            case "RawBlock":
                self.raw(content)
                return []
            case "BlockQuote":
                return [Node("blockquote", {}, self.joined(content))]
            case "BulletList":
                return [Node("ul", {}, self.items(content))]
            case "OrderedList":
                return [self.numbered(*content)]
            case "DefinitionList":
                return [part for term, texts in content for part in self.definition(term, texts)]
            case "Header":
                return self.subheading(*content)
            case "HorizontalRule":
                return [Node("hr")]
            case "Table":
                return [self.table(*content)]
            case "Figure":
                _attr, (_short, caption), inside = content
                return self.blocks([*inside, *caption])
        return []

    def paragraph(self, inside: Tree) -> Tree:
        # A page break at its beginning or end is no line of it.
        while inside and is_blank(inside[0]):
            inside = inside[1:]
        while inside and is_blank(inside[-1]):
            inside = inside[:-1]
        return [Node("p", {}, inside)] if inside else []

    def lines(self, lines: Iterable[Tree]) -> Tree:
        return [part for line in lines for part in (Node("br"), *line)][1:]

    def joined(self, blocks: Iterable[Any]) -> Tree:
        """`blocks` as what stands in a list's item or a quotation: paragraphs become lines."""
        written: Tree = []
        for block in self.blocks(blocks):
            if not isinstance(block, Node) or block.tag != "p":
                written.append(block)
                continue
            before = written[-1] if written else None
            if before is not None and not (isinstance(before, Node) and before.is_block):
                written.append(Node("br"))
            written += block.children
        return written

    def items(self, items: list[Any]) -> Tree:
        return [Node("li", {}, self.joined(item)) for item in items]

    def numbered(self, how: list[Any], items: list[Any]) -> Node:
        start, numerals, _delimiter = how
        if numerals["t"] not in PLAIN_LISTS:
            self.losses.note(LETTERS, self.place, words(items[0]) if items else "")
        return Node("ol", {"start": str(start)} if start > 1 else {}, self.items(items))

    def definition(self, term: Any, texts: list[Any]) -> Tree:
        head = self.paragraph([Node("b", {}, self.inlines(term))])
        return [*head, *(part for text in texts for part in self.blocks(text))]

    def subheading(self, level: int, attr: list[Any], inlines: list[Any]) -> Tree:
        self.anchors.add(attr[0])
        inside = self.inlines(inlines)
        if not inside:
            return []
        self.losses.note(DEEP_HEADING, self.place, text_of(inside))
        # The first three levels are sections.
        below = min(max(level - self.top, 3), 5)
        return [Node(f"h{below}", {}, inside)]

    def table(
        self, attr: Any, caption: Any, columns: Any, head: Any, bodies: list[Any], foot: Any
    ) -> Node:
        inside: Tree = []
        if title := self.joined(caption[1]):
            inside.append(Node("caption", {}, title))
        heading = list(head[1])
        rows: Tree = []
        for _attr, row_headings, more_heading, body in bodies:
            if rows:
                # Only the first can head the table.
                rows += self.rows([*more_heading, *body], row_headings)
            else:
                heading += more_heading
                rows += self.rows(body, row_headings)
        rows += self.rows(foot[1], 0)
        if heading:
            inside.append(Node("thead", {}, self.rows(heading, len(columns), "col")))
        inside.append(Node("tbody", {}, rows))
        return Node("table", {}, inside)

    def rows(self, rows: list[Any], headings: int, scope: str = "row") -> Tree:
        """`rows` of a table; the cells of the first columns, `headings` many, are headings."""
        written: Tree = []
        # By column, for how many more rows a cell from above reaches into it.
        taken: dict[int, int] = {}
        for _attr, cells in rows:
            row: Tree = []
            column = 0
            still = dict(taken)
            for _attr, _align, down, across, blocks in cells:
                while still.get(column):
                    column += 1
                attrs = {
                    name: str(count)
                    for name, count in (("colspan", across), ("rowspan", down))
                    if count > 1
                }
                is_heading = column < headings or names_row(blocks)
                if is_heading:
                    attrs["scope"] = scope
                row.append(Node("th" if is_heading else "td", attrs, self.cell(blocks)))
                for reached in range(column, column + across):
                    taken[reached] = down
                column += across
            taken = {place: left - 1 for place, left in taken.items() if left > 1}
            written.append(Node("tr", {}, row))
        return written

    def cell(self, blocks: list[Any]) -> Tree:
        written = self.blocks(blocks)
        if len(written) == 1 and isinstance(written[0], Node) and written[0].tag == "p":
            return written[0].children
        return written

    # --- Inlines ----------------------------------------------------------------------------------

    def inlines(self, inlines: Iterable[Any]) -> Tree:
        written: Tree = []
        for inline in inlines:
            for part in self.inline(inline["t"], inline.get("c")):
                before = written[-1] if written else None
                if is_note(part) and is_note(before):
                    # Side by side they would be taken for one.
                    written.append(" ")
                written.append(part)
        return written

    def inline(self, kind: str, content: Any) -> Tree:
        match kind:
            case "Str":
                return [content]
            case "Space" | "SoftBreak":
                return [" "]
            case "LineBreak":
                return [Node("br")]
            case "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript":
                inside = self.inlines(content)
                # Word raises the mark of a note; the note itself is none.
                return inside if any(map(is_note, inside)) else [Node(ELEMENTS[kind], {}, inside)]
            case "Underline" | "SmallCaps":
                return self.inlines(content)
            case "Quoted":
                opening, closing = QUOTES[content[0]["t"]]
                return [opening, *self.inlines(content[1]), closing]
            case "Cite":
                return self.inlines(content[1])
            case "Span":
                self.anchors.add(content[0][0])
                return self.inlines(content[1])
            case "Code":
                return [Node("code", {}, [content[1]])]
            case "Math":
                self.losses.note(EQUATION, self.place, content[1])
                return [Node("code", {}, [content[1]])]
            case "RawInline":
                self.raw(content)
            case "Link":
                return self.link(self.inlines(content[1]), content[2][0])
            case "Image":
                self.losses.note(PICTURE, self.place, words(content[1]))
            case "Note":
                return [Node("small", {}, self.note(content))]
        return []

    def link(self, inside: Tree, address: str) -> Tree:
        if address.startswith("#") and len(address) > 1:
            return [Node("a", {"href": TO_ANCHOR + address[1:]}, inside)]
        here = address.removeprefix(settings.WAGTAILADMIN_BASE_URL)
        if here.startswith("/") and here != address:
            return [Node("a", {"href": here}, inside)]
        if address.lower().startswith(WEB):
            return [Node("a", {"href": address}, inside)]
        self.losses.note(LINK, self.place, text_of(inside))
        return inside

    def note(self, blocks: list[Any]) -> Tree:
        """A footnote's text in one line, whatever it was divided into."""

        def kept(node: Node) -> Tree:
            if node.tag in IN_A_NOTE:
                return [node]
            return (
                [" ", *node.children, " "] if node.is_block or node.tag == "br" else node.children
            )

        inside = rewritten(self.blocks(blocks), kept)
        if inside and isinstance(inside[0], str):
            inside[0] = inside[0].lstrip()
        if inside and isinstance(inside[-1], str):
            inside[-1] = inside[-1].rstrip()
        return inside

    def raw(self, content: list[str]) -> None:
        """Note that HTML was left out; what an author hid from readers is no loss."""
        piece = content[1].strip()
        if not (piece.startswith(("<!--", "</"))):
            self.losses.note(HTML, self.place, piece)


def is_note(part: Node | str | None) -> bool:
    return isinstance(part, Node) and part.tag == "small"


def is_blank(part: Node | str) -> bool:
    return not part.strip() if isinstance(part, str) else part.tag == "br"
