"""Letters on several machines at once, and what a kill in the middle leaves."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from email import message_from_string
from pathlib import Path

import pytest

from tests.serving import ROOT, environment_of, manage

LETTERS = 300

FILL = f"""
from consult.notices.models import Letter
Letter.objects.bulk_create(
    Letter(key=f"k{{n}}", recipient=f"p{{n}}@example.org", language="es", subject="s", text="t", html="h")
    for n in range({LETTERS})
)
"""


@pytest.fixture
def machines(tmp_path: Path) -> list[dict[str, str]]:
    """Two machines with one database and a lock each, and letters that wait."""
    database = tmp_path / "one.sqlite3"
    found = []
    for name in ("first", "second"):
        var = tmp_path / name
        var.mkdir()
        found.append(
            environment_of(var)
            | {
                "DATABASE_URL": f"sqlite:///{database}",
                "EMAIL_URL": f"filemail:///{tmp_path / 'mails'}",
            }
        )
    manage(found[0], "migrate", "--verbosity=0")
    manage(found[0], "shell", "-c", FILL)
    return found


def start(environment: dict[str, str], *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "worker", *options]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def sent(folder: Path) -> Counter[str]:
    """How often each letter went out, by its Message-ID."""
    texts = [file.read_text() for file in (folder / "mails").glob("*")]
    mails = [mail for text in texts for mail in text.split(f"{'-' * 79}\n") if mail.strip()]
    return Counter(message_from_string(mail)["Message-ID"] for mail in mails)


def test_two_machines_send_each_letter_once(machines: list[dict[str, str]], tmp_path: Path) -> None:
    workers = [start(machine, "--once") for machine in machines]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    assert Counter(sent(tmp_path).values()) == {1: LETTERS}


def test_no_letter_is_lost_by_a_kill_and_at_most_one_comes_twice(
    machines: list[dict[str, str]], tmp_path: Path
) -> None:
    worker = start(machines[0])
    for _attempt in range(1200):
        if sent(tmp_path):
            break
        time.sleep(0.05)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert len(sent(tmp_path)) < LETTERS
    # What it had in hand is due again after a while; not to wait for that:
    with closing(sqlite3.connect(tmp_path / "one.sqlite3")) as database, database:
        database.execute("UPDATE notices_letter SET next_try_at = '2026-01-01 00:00:00'")
    assert start(machines[0], "--once").wait(120) == 0
    counts = sent(tmp_path)
    assert len(counts) == LETTERS
    assert sum(counts.values()) <= LETTERS + 1
