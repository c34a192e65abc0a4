"""What the worker asks of every floor: the chores that wait, and those of the day.

A chore is connected like any receiver of a signal (`@receiver(worker_turn)`). It does a small batch of
what waits in a table of its own and returns True if more may wait. It can be killed at any point and
called again: each row it works on is done once (see worker).
"""

from collections.abc import Callable
from typing import Any

from django.dispatch import Signal


class Chores(Signal):
    """A signal whose receivers the worker calls one by one, so that each can fail for itself."""

    def __init__(self) -> None:
        super().__init__()
        self.chores: dict[str, Callable[..., Any]] = {}

    def connect(self, receiver: Any, *args: Any, **kwargs: Any) -> None:
        self.chores[_name(receiver)] = receiver
        super().connect(receiver, *args, **kwargs)

    def disconnect(self, receiver: Any = None, *args: Any, **kwargs: Any) -> bool:
        self.chores.pop(_name(receiver), None)
        return super().disconnect(receiver, *args, **kwargs)


def _name(receiver: Any) -> str:
    return f"{receiver.__module__}.{receiver.__qualname__}"


# sender: None; every second or so, and at once again while any chore did something.
worker_turn = Chores()

# sender: None; once a day, at settings.DAILY_HOUR.
daily = Chores()
