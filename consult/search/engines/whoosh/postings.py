"""The postings of one term, read from Whoosh's file into arrays.

A list of postings is a mark and blocks. A block is its length (negative in the last one), a pickle
that describes it, and a pickle, perhaps compressed, of three lists: the documents' numbers, each as
its distance from the one before; the weights (one number if all are alike, nothing if all are 1);
and what the field's format keeps of each.
"""

import pickle
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC

from .schema import PackedPlaces, Positions

LENGTH = struct.Struct("!i")
# A place in the index is a document's number above these bits, and where in its text below.
PLACE_BITS = 32

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that have a term, ascending, and how often each has it."""

    numbers: Numbers
    weights: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        return self.numbers.nbytes + self.weights.nbytes


NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.float32))
NO_PLACES = np.empty(0, np.int64)


def read_postings(file: memoryview, start: int) -> Postings:
    """The postings that begin at `start`."""
    numbers: list[Numbers] = []
    weights: list[NDArray[np.float32]] = []
    for ids, each, _values in _blocks(file, start):
        numbers.append(ids)
        weights.append(
            np.full(len(ids), 1.0 if each is None else each, np.float32)
            if each is None or isinstance(each, float)
            else np.array(each, np.float32)
        )
    return Postings(joined(numbers), joined(weights))


def read_numbers(file: memoryview, start: int) -> Numbers:
    """The documents of the postings that begin at `start`."""
    return joined([ids for ids, _weights, _values in _blocks(file, start)])


def read_places(file: memoryview, start: int) -> Places:
    """Every place of the term whose postings begin at `start`, ascending."""
    parts = []
    for ids, _weights, values in _blocks(file, start):
        counts, places = _unpacked(values)
        parts.append((np.repeat(ids.astype(np.int64), counts) << PLACE_BITS) + places)
    return joined(parts)


def _blocks(file: memoryview, start: int) -> Iterator[tuple[Numbers, Any, Any]]:
    place = start + len(WHOOSH3_HEADER_MAGIC)
    if file[start:place] != WHOOSH3_HEADER_MAGIC:
        raise ValueError("no postings begin here: the index is damaged")
    last = False
    while not last:
        (length,) = LENGTH.unpack_from(file, place)
        last, length = length < 0, abs(length)
        place += LENGTH.size
        block = BytesIO(file[place : place + length])
        place += length
        _count, _last_id, _weight, compressed, _shortest, _longest = pickle.load(block)
        content = block.read()
        ids, weights, values = pickle.loads(zlib.decompress(content) if compressed else content)
        yield np.cumsum(np.array(ids, np.int32), dtype=np.int32), weights, values


def _unpacked(values: Sequence[bytes]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """How many positions each of `values` holds (see Positions), and all of them in a row."""
    if isinstance(values, PackedPlaces):
        sizes, data = np.array(values.sizes, np.intp), values.data
    else:
        sizes, data = np.fromiter(map(len, values), np.intp, len(values)), b"".join(values)
    if not (sizes % 2).any():
        return sizes // 2, np.frombuffer(data, np.uint16).astype(np.int64)
    decoded = [Positions().decode_positions(value) for value in values]
    counts = np.fromiter(map(len, decoded), np.intp, len(decoded))
    return counts, np.array([place for each in decoded for place in each], np.int64)


def joined(parts: list[Any]) -> Any:
    """The arrays `parts`, of which there is one at least, in a row."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
