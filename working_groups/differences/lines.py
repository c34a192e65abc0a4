"""A text as lines of words: what is compared, and how it was put together."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import count, groupby, takewhile
from typing import NamedTuple

from consult.common.markup import VOID, Node, Tree, walk

# A number or a word as a whole, or a sign; with the blanks around it.
TOKEN = re.compile(
    r"(\s*(\d+(?:[.,:/]\d+)+|[\w\u00ad\u0300-\u036f]+(?:[-'’][\w\u0300-\u036f]+)*|\S)\s*|\s+)"
)
# What stands in a text for something without words, where it would otherwise have no place.
NOTHING = " "
CELLS = frozenset({"td", "th"})


class Element(NamedTuple):
    """An element of one text; `place` tells it from all others of both texts."""

    place: int
    tag: str
    attrs: tuple[tuple[str, str], ...] = ()

    @property
    def is_unit(self) -> bool:
        """A footnote or a reference to a section: one thing among the words, compared by itself."""
        return self.tag == "small" or ("linktype", "section") in self.attrs

    @property
    def key(self) -> str:
        """What it is among the words: which note it is does not count, which section does."""
        return f"<{self.tag}>{dict(self.attrs).get('uid', '')}"


Path = tuple[Element, ...]


class Piece(NamedTuple):
    """Words in the innermost element of `path`; no words: the element as such."""

    path: Path
    text: str

    @property
    def width(self) -> int:
        return len(self.text) or 1


class Line:
    """Words that follow one another in the innermost element of `path`.

    `keys` are the words as they are compared.
    """

    def __init__(self, path: Path, pieces: list[Piece]) -> None:
        self.path, self.pieces = path, pieces
        self.keys: list[str] = []
        # Where each word begins, and the last one ends.
        self.bounds = [0]
        # The path of the unit that a word is.
        self.units: dict[int, Path] = {}
        self._read()

    def _read(self) -> None:
        depth, end = len(self.path), 0
        if self.path and self.path[-1].tag in VOID:
            self.keys, self.bounds = [self.path[-1].key], [0, 1]
            return
        for atom, group in groupby(self.pieces, lambda piece: _atom(piece.path, depth)):
            pieces = list(group)
            if atom:
                end += sum(piece.width for piece in pieces)
                if atom.is_unit:
                    path = pieces[0].path
                    self.units[len(self.keys)] = path[: path.index(atom) + 1]
                self.keys.append(atom.key)
                self.bounds.append(end)
                continue
            for token, word in TOKEN.findall("".join(piece.text or NOTHING for piece in pieces)):
                end += len(token)
                if word:
                    self.keys.append(word)
                    self.bounds.append(end)
            if self.keys:
                # Blanks belong to the word before them.
                self.bounds[-1] = end
        if not self.keys:
            self.keys, self.bounds = [""], [0, end]

    def slice(self, start: int, end: int) -> list[Piece]:
        """The pieces of the words from `start` to before `end`."""
        first, last = self.bounds[start], self.bounds[end]
        if len(self.pieces) == 1:
            path, text = self.pieces[0]
            return [Piece(path, text[first:last])] if first < last else []
        found, here = [], 0
        for piece in self.pieces:
            from_, to = max(first - here, 0), min(last - here, piece.width)
            if from_ < to:
                found.append(Piece(piece.path, piece.text[from_:to]))
            here += piece.width
            if here >= last:
                break
        return found

    def unit(self, place: int) -> "Line":
        """The inside of the unit that the word at `place` is."""
        return Line(self.units[place], self.slice(place, place + 1))

    @property
    def lines(self) -> Iterator["Line"]:
        yield self


def _atom(path: Path, depth: int) -> Element | None:
    """What in `path`, below `depth`, counts as one word: a unit, or an element without inside."""
    for element in path[depth:]:
        if element.is_unit or element.tag in VOID:
            return element
    return None


class Row:
    """Cells of a table side by side, each its path and what is in it; a caption is a cell alone."""

    def __init__(self, path: Path, blocks: list["Block"]) -> None:
        self.path, self.blocks = path, blocks
        self.keys: list[str] = [key for block in blocks for key in block.keys]
        self.cells: list[tuple[Path, list[Block]]] = [
            (path + cell, list(inside))
            for cell, inside in groupby(blocks, lambda block: block.path[len(path) :][:1])
        ]
        if any(cell[-1].tag not in CELLS for cell, _inside in self.cells):
            self.cells = [(path, blocks)]

    @property
    def shape(self) -> tuple[str, ...]:
        """Rows of one shape can be compared cell by cell."""
        spans = (dict(cell[-1].attrs) for cell, _inside in self.cells)
        each = (f"{span.get('colspan', 1)} {span.get('rowspan', 1)}" for span in spans)
        return (self.path[-1].tag, *each)

    @property
    def width(self) -> int:
        """How many columns it has."""
        spans = (dict(cell[-1].attrs).get("colspan", "") for cell, _inside in self.cells)
        return sum(int(span) if span.isdecimal() else 1 for span in spans)

    @property
    def lines(self) -> Iterator[Line]:
        for block in self.blocks:
            yield from block.lines


class Table:
    """A table, which is compared row by row with one that is like it."""

    def __init__(self, path: Path, blocks: list["Block"]) -> None:
        self.path, self.blocks = path, blocks
        self.keys: list[str] = [key for block in blocks for key in block.keys]

    @property
    def lines(self) -> Iterator[Line]:
        for block in self.blocks:
            yield from block.lines

    @cached_property
    def rows(self) -> list[Row]:
        """The rows, the caption as one of them; none where there is anything else in it."""
        rows = []
        for path, blocks in groupby(self.blocks, lambda block: self._row(block.path)):
            if not path:
                return []
            rows.append(Row(path, list(blocks)))
        return rows

    def _row(self, path: Path) -> Path:
        for depth in range(len(self.path), len(path)):
            if path[depth].tag in ("tr", "caption"):
                return path[: depth + 1]
        return ()

    @cached_property
    def fixed(self) -> int:
        """How many rows, from the first, must all find their like: the caption and the head.

        Where cells reach over several rows, none can come in or go.
        """
        cells = (cell for row in self.rows for cell, _inside in row.cells)
        if any("rowspan" in dict(cell[-1].attrs) for cell in cells):
            return len(self.rows)
        heads = takewhile(lambda row: row.path[-2].tag in ("table", "thead"), self.rows)
        return len(list(heads))

    def is_like(self, other: "Table") -> bool:
        """Whether the two have as many columns, and fixed rows of the same shapes."""
        one, another = (
            (
                {row.width for row in table.rows if row.path[-1].tag == "tr"},
                [row.shape for row in table.rows[: table.fixed]],
            )
            for table in (self, other)
        )
        return bool(self.rows) and one == another


Block = Line | Table


def blocks_of(tree: Tree, places: "count[int]") -> list[Block]:
    """What is compared of `tree`, in order; its elements get their places from `places`."""
    return list(_blocks(tree, (), places))


def _blocks(tree: Iterable[Node | str], path: Path, places: "count[int]") -> Iterator[Block]:
    for is_structure, children in groupby(tree, _is_structure):
        if not is_structure:
            yield Line(path, list(_pieces(children, path, places)))
            continue
        for node in children:
            assert isinstance(node, Node)
            inner = (*path, Element(next(places), node.tag, tuple(node.attrs.items())))
            if not node.children:
                yield Line(inner, [Piece(inner, "")])
            elif node.tag == "table":
                yield Table(inner, list(_blocks(node.children, inner, places)))
            else:
                yield from _blocks(node.children, inner, places)


def _is_structure(child: Node | str) -> bool:
    """Whether lines begin and end with `child`."""
    return isinstance(child, Node) and (
        child.is_block or any(node.is_block for node in walk(child.children))
    )


def _pieces(tree: Iterable[Node | str], path: Path, places: "count[int]") -> Iterator[Piece]:
    for child in tree:
        if isinstance(child, str):
            yield Piece(path, child)
            continue
        inner = (*path, Element(next(places), child.tag, tuple(child.attrs.items())))
        if child.children:
            yield from _pieces(child.children, inner, places)
        else:
            yield Piece(inner, "")


def tree_of(pieces: Iterable[Piece]) -> Tree:
    """The tree that `pieces`, in order, make up."""
    root = Node("")
    elements: list[Element] = []
    nodes = [root]
    for path, text in pieces:
        depth = shared(elements, path)
        del elements[depth:], nodes[depth + 1 :]
        for element in path[depth:]:
            node = Node(element.tag, dict(element.attrs))
            nodes[-1].children.append(node)
            nodes.append(node)
            elements.append(element)
        here = nodes[-1].children
        if here and isinstance(here[-1], str):
            here[-1] += text
        elif text:
            here.append(text)
    return root.children


def shared(one: Sequence[Element], other: Sequence[Element]) -> int:
    """How many elements `one` and `other` begin with in common."""
    depth = 0
    for here, there in zip(one, other, strict=False):
        if here.place != there.place:
            break
        depth += 1
    return depth
