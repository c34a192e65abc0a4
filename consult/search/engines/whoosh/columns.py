"""The columns of one segment as arrays: facets, numbers, lengths of texts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length

from .postings import Numbers, joined
from .schema import values_of
from .storage import MappedFile

# Whoosh keeps the length of a text in one byte, near enough.
LENGTHS = np.array([byte_to_length(code) for code in range(256)], np.float64)


@dataclass(frozen=True)
class Facet:
    """A facet's column: documents refer to cells, which are few; a cell is the values of a document.

    So however many values a facet has, and a document of it, each document is one small number.
    """

    refs: NDArray[np.integer]
    cells: Sequence[tuple[str, ...]]

    @classmethod
    def read(cls, file: MappedFile, size: int) -> "Facet":
        """The column of `size` documents in `file`: see schema.Cells."""
        code = np.dtype({"B": ">u1", "H": ">u2", "I": ">u4"}[chr(file.get_byte(file.length - 1))])
        refs = np.frombuffer(file.get(0, size * code.itemsize), code)
        file.seek(size * code.itemsize)
        cells = [file.read(file.read_varint()) for _ in range(file.read_varint())]
        return cls(refs.astype(code.newbyteorder("=")), [values_of(cell) for cell in cells])

    @classmethod
    def empty(cls, size: int) -> "Facet":
        """The column of a segment in which no document has a value."""
        return cls(np.zeros(size, np.uint8), [()])

    @classmethod
    def of(cls, parts: Sequence["Facet"]) -> "Facet":
        """The column of all the documents of `parts`, in a row."""
        cells: dict[tuple[str, ...], int] = {}
        refs = []
        for part in parts:
            numbers = [cells.setdefault(cell, len(cells)) for cell in part.cells]
            refs.append(np.array(numbers, np.int32).take(part.refs))
        return cls(joined(refs), list(cells))

    @cached_property
    def _values(self) -> dict[str, int]:
        """The values in the cells, each with a number."""
        return {v: n for n, v in enumerate(sorted({v for cell in self.cells for v in cell}))}

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Each cell with each value in it, as numbers of both."""
        pairs = [(c, self._values[v]) for c, cell in enumerate(self.cells) for v in cell]
        cells, values = np.array(pairs, np.intp).reshape(-1, 2).T
        return cells, values

    def having(self, values: Collection[str], numbers: Numbers) -> NDArray[np.bool_]:
        """Which of the documents `numbers` have any of `values`."""
        cells, of = self._pairs
        table = np.zeros(len(self.cells), np.bool_)
        for value in values:
            table[cells[of == self._values.get(value, -1)]] = True
        return table.take(self.refs.take(numbers))

    def counts(self, numbers: Numbers) -> dict[str, int]:
        """How many of the documents `numbers` have each value; only those that some have."""
        cells, of = self._pairs
        by_cell = np.bincount(self.refs.take(numbers), minlength=len(self.cells))
        by_value = np.bincount(of, by_cell.take(cells), len(self._values)).astype(int).tolist()
        return {v: count for v, count in zip(self._values, by_value, strict=True) if count}


def read_numbers(file: MappedFile, code: str, size: int) -> NDArray[np.int64]:
    """A column of numbers of the type `code`, of `size` documents; the last ones may be left out."""
    kind = np.dtype(code).newbyteorder(">")
    found = np.frombuffer(file.get(0, file.length), kind)[:size]
    numbers = np.zeros(size, np.dtype(code))
    numbers[: len(found)] = found
    return numbers
