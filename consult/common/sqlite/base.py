"""SQLite whose writers queue for their turn.

SQLite lets one write at a time, and those who wait ask again and again, each after a longer sleep:
with eight at once the unlucky wait ten times as long as the average. So who begins a transaction
takes a file lock first, where the operating system keeps the queue, wakes the next at once, and lets
go for a process that dies. SQLite's own lock still guards the data.
"""

import fcntl
import os
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base

LOCK_SUFFIX = "-queue"


# Without types: the stubs leave out what a backend of one's own is made of.
Wrapper: Any = base.DatabaseWrapper


class DatabaseWrapper(Wrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if self._turn is None and not self.is_in_memory_db():
            path = f"{self.settings_dict['NAME']}{LOCK_SUFFIX}"
            # Opened for each turn: a lock belongs to an open file, and threads must not share one.
            self._turn = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._turn, fcntl.LOCK_EX)
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            with suppress(OSError):
                os.close(turn)

    def _commit(self) -> None:
        super()._commit()
        # Not if it failed: the transaction is still there, and a rollback follows.
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._end_turn()
