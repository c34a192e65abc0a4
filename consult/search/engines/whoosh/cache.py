"""What was read or answered lately, up to so many bytes of it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

# What an entry costs beside its content, in bytes, more or less: to know that there is none is one.
OVERHEAD = 400

Kept = TypeVar("Kept")


class Cache(Generic[Kept]):
    """The values used last, by key; together at most `limit` bytes, which `measure` counts.

    Threads may share it.
    """

    def __init__(self, limit: int, measure: Callable[[Kept], int]) -> None:
        self.limit = limit
        self.nbytes = 0
        self._measure = measure
        # Each with its size.
        self._values: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The value of `key`: what is kept or, outside the lock, what `make` gives."""
        with self._lock:
            if kept := self._values.get(key):
                self._values.move_to_end(key)
                return kept[0]
        value = make()
        size = self._measure(value) + OVERHEAD
        with self._lock:
            _value, before = self._values.pop(key, (None, 0))
            self._values[key] = (value, size)
            self.nbytes += size - before
            while self.nbytes > self.limit:
                _key, (_value, oldest) = self._values.popitem(last=False)
                self.nbytes -= oldest
        return value
