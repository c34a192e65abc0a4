"""The one process in the background: it lets every floor do the chores that wait in its tables.

There is no queue of tasks: what is to be done is a row of the floor that does it (a letter, an entry of
the search's outbox), written in the transaction that makes it so. The worker only asks.
"""

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from .locking import alone
from .models import ChoreRun
from .signals import daily, worker_turn

logger = logging.getLogger(__name__)

LOCK = "worker.lock"
# Seconds between two turns with nothing to do, and between two signs of life.
PAUSE = 1.0
HEARTBEAT = 30.0
# Under this name the worker says when it was last there.
SEEN = "worker"
# Seconds that a chore is left alone after it failed: twice as many each time, up to the most.
FIRST_REST = 1.0
LONGEST_REST = 300.0


@dataclass
class Rest:
    """How often a chore has failed in a row, and until when it is left alone."""

    failures: int = 0
    until: float = 0.0

    def over(self) -> bool:
        return time.monotonic() >= self.until

    def longer(self) -> None:
        seconds = min(LONGEST_REST, FIRST_REST * 2**self.failures)
        self.failures, self.until = self.failures + 1, time.monotonic() + seconds


@dataclass
class Worker:
    """One round after another of all chores. `ends`: asked between them whether to stop."""

    ends: Callable[[], bool] = lambda: False
    # The chores that failed the last time, by name.
    rests: dict[str, Rest] = field(default_factory=dict)
    # The day of each of the day's chores that is known to be done.
    done: dict[str, date] = field(default_factory=dict)
    seen: float | None = None

    def run(self) -> None:
        """Work until `ends` says so; wait where another worker of this machine is at it."""
        while not self.ends():
            with alone(Path(settings.VAR_DIR), LOCK) as held:
                while held and not self.ends():
                    # As between two requests: a connection may have grown old, or broken.
                    close_old_connections()
                    if not self.turn():
                        time.sleep(PAUSE)
            time.sleep(PAUSE)

    def run_once(self) -> bool | None:
        """Do what waits now; whether all went well, or None where another worker is at it."""
        with alone(Path(settings.VAR_DIR), LOCK) as held:
            if not held:
                return None
            while self.turn():
                pass
        return not self.rests

    def turn(self) -> bool:
        """Call each chore once, and those of the day that have not been; whether more may wait."""
        self._guarded(SEEN, self._say_so)
        today = _day(timezone.now())
        for name, chore in list(daily.chores.items()):
            if self.done.get(name) != today:
                self._guarded(name, partial(self._once, name, chore, today))
        more = [
            self._guarded(name, partial(chore, sender=None, signal=worker_turn))
            for name, chore in list(worker_turn.chores.items())
        ]
        return any(more)

    def _once(self, name: str, chore: Callable[..., Any], today: date) -> None:
        ran_at = ChoreRun.objects.filter(name=name).values_list("ran_at", flat=True).first()
        if ran_at is None or _day(ran_at) < today:
            chore(sender=None, signal=daily)
            _note(name)
        self.done[name] = today

    def _guarded(self, name: str, chore: Callable[[], Any]) -> Any:
        """What `chore` returns; nothing where it fails, or rests from that."""
        rest = self.rests.get(name)
        if self.ends() or (rest and not rest.over()):
            return None
        try:
            result = chore()
        except Exception as error:
            self.rests.setdefault(name, Rest()).longer()
            # Where it failed, but not the words of the failure: they may name a person.
            place = "".join(traceback.format_tb(error.__traceback__))
            logger.error("%s failed: %s\n%s", name, type(error).__name__, place)
            return None
        self.rests.pop(name, None)
        return result

    def _say_so(self) -> None:
        if self.seen is None or time.monotonic() - self.seen >= HEARTBEAT:
            _note(SEEN)
            self.seen = time.monotonic()


def last_seen() -> datetime | None:
    """When a worker was last there."""
    return ChoreRun.objects.filter(name=SEEN).values_list("ran_at", flat=True).first()


def is_there() -> bool:
    """Whether a worker gave its latest sign of life, so that what waits need not be done here."""
    seen = last_seen() if settings.WORKER else None
    return seen is not None and seen > timezone.now() - timedelta(seconds=2 * HEARTBEAT)


def _note(name: str) -> None:
    ChoreRun.objects.update_or_create(name=name, defaults={"ran_at": timezone.now()})


def _day(moment: datetime) -> date:
    """The day that `moment` belongs to, where a day begins at DAILY_HOUR in the site's zone."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return (local - timedelta(hours=settings.DAILY_HOUR)).date()
