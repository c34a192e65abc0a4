"""What happens at the same moment: threads with connections of their own, over a real database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

# The tests' database as each test finds it, to copy from: a whole file on SQLite.
_clean: dict[str, bytes] = {}
CLEAN, COPY = "{}_clean", "{}_races"


def keep_clean_copy() -> None:
    """Keep what every test begins with; later ones may have emptied it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        _clean[name] = connection.connection.serialize()
    else:
        connection.close()
        _copy(name, CLEAN.format(name))


def drop_clean_copy() -> None:
    if connection.vendor != "sqlite":
        _drop(CLEAN.format(connection.settings_dict["NAME"]))


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[None]:
    """A copy of the tests' database, of which other threads see what is committed; then gone.

    The tests' own on SQLite is in memory, where threads lock one another out, and a test in a
    transaction shows others nothing.
    """
    test_s_own, settings = connections["default"], connections.settings["default"]
    name = settings["NAME"]
    if test_s_own.vendor == "sqlite":
        copy = str(folder / "races.sqlite3")
        Path(copy).write_bytes(_clean[name])
    else:
        copy = COPY.format(name)
        _copy(CLEAN.format(name), copy)
    settings["NAME"] = copy
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"], settings["NAME"] = test_s_own, name
        if test_s_own.vendor != "sqlite":
            _drop(copy)


def _copy(name: str, copy: str) -> None:
    _drop(copy)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')


def _drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each of `actions` returns or raises, when all begin at the same moment."""
    start = threading.Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(place: int, action: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(30)
            results[place] = action()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results
