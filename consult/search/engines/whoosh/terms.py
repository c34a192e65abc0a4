"""All terms of a field, read from Whoosh's table of terms at once.

A record is the lengths of its key and its data, the key (two bytes for the field, then the term),
and the data: a flag, the weight in four bytes, the number of documents, and more. Records are
sorted. Whoosh's own reader makes an object of each, thirty times slower.
"""

import struct
from collections.abc import Iterator

from whoosh.codec.whoosh3 import W3TermsReader

LENGTHS = struct.Struct("!ii")
FIELD = struct.Struct("!H")
FREQUENCY = struct.Struct("!5xI")


def of_field(terms: W3TermsReader, field: str) -> range:
    """Where in the file of `terms` the records of `field` are."""
    number = terms._fieldmap.get(field)
    if number is None:
        return range(0)
    table = terms._tindex
    start, end = (table.closest_key_pos(FIELD.pack(each)) for each in (number, number + 1))
    return range(start or table.endofdata, end or table.endofdata)


def read(file: memoryview, records: range) -> Iterator[tuple[str, int]]:
    """Each term in `records`, sorted by their bytes, and how many documents have it."""
    content = bytes(file[records.start : records.stop])
    place = 0
    while place < len(content):
        key_length, data_length = LENGTHS.unpack_from(content, place)
        key = place + LENGTHS.size
        data = key + key_length
        (frequency,) = FREQUENCY.unpack_from(content, data)
        yield content[key + FIELD.size : data].decode(), frequency
        place = data + data_length
