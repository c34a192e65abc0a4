"""What happens at the same moment: threads with connections of their own, over a real database."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from pytest_django import DjangoDbBlocker


@contextmanager
def database_of_its_own(blocker: DjangoDbBlocker, folder: Path) -> Iterator[None]:
    """A copy of the tests' database, of which other threads see what is committed; then gone.

    The tests' own on SQLite is in memory, where threads lock one another out, and a test in a
    transaction shows others nothing.
    """
    with blocker.unblock():
        copied = _copied_file if connection.vendor == "sqlite" else _copied_by_template
        with copied(folder):
            yield


@contextmanager
def _copied_file(folder: Path) -> Iterator[None]:
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    file = str(folder / "races.sqlite3")
    with closing(sqlite3.connect(file)) as target:
        memory.backup(target)
    connection.connection, connection.settings_dict["NAME"] = None, file
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, name


@contextmanager
def _copied_by_template(folder: Path) -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    copy = f"{name}_races"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}"')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copy}"')


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
