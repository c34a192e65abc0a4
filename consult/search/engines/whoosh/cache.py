"""What was read or answered lately, up to so many bytes of it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from ..base import Document, Results

Kept = TypeVar("Kept")
# What an entry costs beside its content, in bytes, more or less: to know that there is none is one.
OVERHEAD = 400

# What a document costs beside its texts, and a facet's value with its count.
DOCUMENT = 2_000
VALUE = 150


def measure(value: Any) -> int:
    """How many bytes `value` takes, more or less: arrays, or documents, alone or found."""
    match value:
        case Results():
            counted = sum(map(len, value.facets.values()))
            return OVERHEAD + VALUE * counted + sum(measure(hit.document) for hit in value.hits)
        case Document():
            return DOCUMENT + 2 * sum(map(len, value.text.values()))
    return OVERHEAD + value.nbytes


class Cache:
    """The values used last, by key; together at most `limit` bytes. Threads may share it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.nbytes = 0
        # Each with its size.
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The value of `key`: what is kept or, outside the lock, what `make` gives."""
        with self._lock:
            if kept := self._values.get(key):
                self._values.move_to_end(key)
                return kept[0]
        value = make()
        size = measure(value)
        with self._lock:
            _value, before = self._values.pop(key, (None, 0))
            self._values[key] = (value, size)
            self.nbytes += size - before
            while self.nbytes > self.limit:
                _key, (_value, oldest) = self._values.popitem(last=False)
                self.nbytes -= oldest
        return value
