"""A table as a grid without gaps or overlaps, whatever its spans say."""

import re
from dataclasses import dataclass

from consult.common.markup import Node, Tree

SPAN = re.compile(r"[0-9]{1,3}")
# A cell that says it spans more is taken to span as many.
MOST_COLUMNS = 40


@dataclass
class Cell:
    x: int
    y: int
    colspan: int
    rowspan: int
    # In a row of names of columns.
    is_head: bool
    # Names its row, or its column.
    is_name: bool
    body: Tree


@dataclass
class Grid:
    columns: int
    caption: Tree
    cells: list[Cell]


def grid(table: Node) -> Grid:
    """The cells of `table`, each in its place; empty ones fill what would stay free."""
    rows = _rows(table)
    heads = next((y for y, (_row, is_head) in enumerate(rows) if not is_head), len(rows))
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []

    def put(x: int, y: int, cell: Node, colspan: int, rowspan: int) -> None:
        taken.update((x + i, y + j) for i in range(colspan) for j in range(rowspan))
        cells.append(Cell(x, y, colspan, rowspan, y < heads, cell.tag == "th", cell.children))

    for y, (row, _is_head) in enumerate(rows):
        x = 0
        below = (heads if y < heads else len(rows)) - y
        for cell in _elements(row):
            while (x, y) in taken:
                x += 1
            wanted = min(_span(cell, "colspan") or 1, MOST_COLUMNS)
            colspan = next((i for i in range(1, wanted) if (x + i, y) in taken), wanted)
            # In HTML, none at all means as far down as it goes.
            put(x, y, cell, colspan, min(_span(cell, "rowspan") or below, below))
            x += colspan
    columns = 1 + max((x for x, _y in taken), default=-1)
    for y in range(len(rows)):
        for x in range(columns):
            if (x, y) not in taken:
                put(x, y, Node("td"), 1, 1)
    captions = [node.children for node in _elements(table) if node.tag == "caption"]
    return Grid(columns, captions[0] if captions else [], cells)


def _elements(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node)]


def _rows(table: Node) -> list[tuple[Node, bool]]:
    """The rows of `table`, and whether each names the columns: in the head, or of names only."""
    rows = []
    for part in _elements(table):
        for row in [part] if part.tag == "tr" else _elements(part):
            if row.tag == "tr":
                is_head = part.tag == "thead" or {cell.tag for cell in _elements(row)} == {"th"}
                rows.append((row, is_head))
    return rows


def _span(cell: Node, name: str) -> int:
    value = cell.attrs.get(name, "")
    return int(value) if SPAN.fullmatch(value) else 1
