"""One at a time in a directory, across processes and threads."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(directory: Path, name: str, timeout: float = 0) -> Iterator[bool]:
    """Hold the lock `name` in `directory`, made private if need be; yield whether it was got.

    Waits for up to `timeout` seconds. A process that dies lets go. Raises OSError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if directory.stat().st_mode & 0o777 != 0o700:
        directory.chmod(0o700)
    lock = os.open(directory / name, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield _acquired(lock, time.monotonic() + timeout)
    finally:
        os.close(lock)


def _acquired(lock: int, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
