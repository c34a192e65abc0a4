from hypothesis import given, strategies as st

from consult.common.markup import Node, parse
from working_groups.documents.grid import Cell, Grid, grid

SPANS = st.sampled_from(["0", "1", "2", "3", "999", "-1", "x", "", "99999999999"])
CELLS = st.builds(
    lambda tag, across, down: f'<{tag} colspan="{across}" rowspan="{down}">x</{tag}>',
    st.sampled_from(["td", "th"]),
    SPANS,
    SPANS,
)
ROWS = st.lists(
    st.lists(CELLS, max_size=4).map(lambda cells: f"<tr>{''.join(cells)}</tr>"), max_size=4
).map("".join)


def grid_of(html: str) -> Grid:
    (table,) = parse(f"<table>{html}</table>")
    assert isinstance(table, Node)
    return grid(table)


def test_spans_are_kept_and_gaps_filled() -> None:
    found = grid_of(
        "<caption>T</caption><thead><tr><th>a</th><th colspan=2>b</th></tr></thead>"
        "<tbody><tr><th rowspan=2>c</th><td>d</td></tr><tr><td>e</td><td>f</td></tr></tbody>"
    )
    assert (found.columns, found.caption) == (3, ["T"])
    assert found.cells == [
        Cell(0, 0, 1, 1, True, True, ["a"]),
        Cell(1, 0, 2, 1, True, True, ["b"]),
        Cell(0, 1, 1, 2, False, True, ["c"]),
        Cell(1, 1, 1, 1, False, False, ["d"]),
        Cell(1, 2, 1, 1, False, False, ["e"]),
        Cell(2, 2, 1, 1, False, False, ["f"]),
        Cell(2, 1, 1, 1, False, False, []),
    ]


@given(head=ROWS, body=ROWS)
def test_every_place_belongs_to_one_cell(head: str, body: str) -> None:
    found = grid_of(f"<thead>{head}</thead><tbody>{body}</tbody>")
    places = [
        (cell.x + i, cell.y + j)
        for cell in found.cells
        for i in range(cell.colspan)
        for j in range(cell.rowspan)
    ]
    rows = f"{head}{body}".count("<tr>") if places else 0
    assert sorted(places) == [(x, y) for x in range(found.columns) for y in range(rows)]
    # No cell reaches out of the head.
    ends = [cell.y + cell.rowspan for cell in found.cells if cell.is_head]
    assert all(cell.y >= max(ends, default=0) for cell in found.cells if not cell.is_head)
