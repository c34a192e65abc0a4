"""Letting the requests of one process that take part do so one after another."""

import threading
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse


class Line:
    """A lock that goes to who has waited longest; Python's own goes to who asks at the right moment."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()

    def __exit__(self, *exc: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_line = Line()


def in_turn(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have the threads of this process go through `view` one at a time, in the order they came.

    They share one processor anyway. Side by side each takes as long as all of them, and one that
    holds a lock of the database is kept waiting by one that does not. What was sent is read before,
    and the answer is sent after, so that nobody waits for another's connection.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Read here, however slowly it comes.
        request.POST  # noqa: B018
        with _line:
            return view(request, *args, **kwargs)

    return wrapper
