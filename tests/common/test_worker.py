"""The worker, and that what one floor does badly stops no other."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from consult.common import worker
from consult.common.locking import alone
from consult.common.models import ChoreRun
from consult.common.signals import Chores, daily, worker_turn
from consult.open_data.views import ABSENCE
from tests.serving import ROOT, environment_of, manage, serve


@contextmanager
def connected(signal_: Chores, *chores: Callable[..., Any]) -> Iterator[None]:
    for chore in chores:
        signal_.connect(chore)
    try:
        yield
    finally:
        for chore in chores:
            signal_.disconnect(chore)


def test_it_goes_on_while_a_chore_says_that_more_may_wait(db: None) -> None:
    waiting = [1, 2, 3]

    def takes_one(**kwargs: Any) -> bool:
        if waiting:
            waiting.pop()
        return bool(waiting)

    with connected(worker_turn, takes_one):
        call_command("worker", "--once")
    assert waiting == []


def test_a_chore_that_fails_stops_no_other_and_its_words_are_not_logged(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    done = []
    words = "ana@example.org could not be reached"

    def fails(**kwargs: Any) -> None:
        raise ValueError(words)

    def works(**kwargs: Any) -> None:
        done.append(True)

    with (
        caplog.at_level(logging.INFO),
        connected(worker_turn, fails, works),
        pytest.raises(CommandError),
    ):
        call_command("worker", "--once")
    assert done == [True]
    assert "fails failed: ValueError" in caplog.text
    assert "ana@example.org" not in caplog.text


def test_a_chore_that_failed_is_tried_again_after_a_rest(db: None) -> None:
    tries = []

    def fails_once(**kwargs: Any) -> None:
        tries.append(True)
        if len(tries) == 1:
            raise ValueError

    with connected(worker_turn, fails_once):
        ours = worker.Worker()
        ours.turn()
        ours.turn()
        assert len(tries) == 1
        for rest in ours.rests.values():
            rest.until = time.monotonic()
        ours.turn()
        ours.turn()
    assert len(tries) == 3


def test_the_chores_of_the_day_are_done_once_a_day_whoever_does_them(db: None) -> None:
    days = []

    def chore(**kwargs: Any) -> None:
        days.append(timezone.localdate())

    zone = ZoneInfo("America/Mexico_City")
    with connected(daily, chore):
        for moment in (
            datetime(2026, 11, 3, 9, tzinfo=zone),
            datetime(2026, 11, 3, 23, tzinfo=zone),
            # Before DAILY_HOUR it is still the day before.
            datetime(2026, 11, 4, 5, 59, tzinfo=zone),
            datetime(2026, 11, 4, 6, tzinfo=zone),
        ):
            with time_machine.travel(moment, tick=False):
                # Another process each time: what it knows is in the database.
                call_command("worker", "--once")
    assert [day.day for day in days] == [3, 4]


def test_a_chore_of_the_day_that_fails_is_tried_again_and_the_others_are_not(db: None) -> None:
    calls = []

    def fails(**kwargs: Any) -> None:
        calls.append("fails")
        raise ValueError

    def works(**kwargs: Any) -> None:
        calls.append("works")

    with connected(daily, fails, works):
        for _run in range(2):
            with pytest.raises(CommandError):
                call_command("worker", "--once")
    assert calls == ["fails", "works", "fails"]


def test_one_works_at_a_time(db: None, settings: Any) -> None:
    done = []

    def chore(**kwargs: Any) -> None:
        done.append(True)

    with connected(worker_turn, chore), alone(Path(settings.VAR_DIR), worker.LOCK) as held:
        assert held
        call_command("worker", "--once")
    assert done == []


def test_the_health_check_asks_for_the_worker_where_one_belongs(
    client: Client, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WORKER = True
    # It may have begun just now, with the server.
    assert client.get("/healthz").status_code == 200
    long_ago = timezone.now() - ABSENCE - timedelta(seconds=1)
    monkeypatch.setattr("consult.open_data.views.started_at", long_ago)
    settings.WORKER = False
    assert client.get("/healthz").status_code == 200
    settings.WORKER = True
    assert client.get("/healthz").json()["failing"] == ["worker"]
    call_command("worker", "--once")
    assert client.get("/healthz").status_code == 200
    ChoreRun.objects.update(ran_at=timezone.now() - ABSENCE - timedelta(seconds=1))
    assert client.get("/healthz").json()["failing"] == ["worker"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A site of its own, without anything in it."""
    environment = environment_of(tmp_path_factory.mktemp("var"))
    manage(environment, "migrate", "--verbosity=0")
    return environment | {"WEB_CONCURRENCY": "1"}


def workers_of(environment: dict[str, str]) -> list[int]:
    """The processes that work for the site of `environment`, by what they were started with."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            variables = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"worker" in command and f"VAR_DIR={environment['VAR_DIR']}".encode() in variables:
            found.append(int(process.name))
    return found


def wait_until(condition: Callable[[], Any]) -> Any:
    for _attempt in range(300):
        if found := condition():
            return found
        time.sleep(0.1)
    raise TimeoutError


def test_it_ends_when_it_is_asked_to(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment, start_new_session=True
    )
    lock = Path(environment["VAR_DIR"], worker.LOCK)
    wait_until(lock.exists)
    process.terminate()
    assert process.wait(20) == 0


def test_the_server_brings_one_along_that_comes_back_and_ends_with_it(
    environment: dict[str, str],
) -> None:
    with serve(environment) as server:
        (first,) = wait_until(lambda: workers_of(environment))
        os.kill(first, signal.SIGKILL)
        second = wait_until(lambda: [pid for pid in workers_of(environment) if pid != first])
        assert len(second) == 1
        # The server dies without a word; what works for it notices.
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not workers_of(environment))


def test_the_server_brings_none_along_where_that_is_switched_off(
    environment: dict[str, str],
) -> None:
    with serve(environment | {"WORKER": "0"}):
        time.sleep(2)
        assert workers_of(environment) == []
