"""What people typed, in the cells of a spreadsheet."""

from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# A spreadsheet runs what begins so as a formula.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> Any:
    """`value` as a cell that every spreadsheet can hold and none runs."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
