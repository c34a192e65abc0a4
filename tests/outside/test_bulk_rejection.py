"""A rejection of hundreds whose worker is killed again and again; BULK_COMMENTS says how many."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import requests

from tests.serving import ROOT, environment_of, manage, serve

COMMENTS = int(os.environ.get("BULK_COMMENTS", "300"))
# Seconds.
LONGEST = 120 + COMMENTS // 10
RUNNING = "SELECT count(*) FROM moderation_bulkdecision WHERE finished_at IS NULL"
PREPARE = f"""
from consult.pages.actions import set_up_site
from consult.submissions.models import Comment
from tests.factories import make_draft, make_group, make_user, submit
set_up_site()
draft = make_draft(make_group("ia-trabajo", "IA y trabajo"), "formacion")
make_user("chair1", draft.group.chairs)
for n in range(0, {COMMENTS}, 20):
    submit(draft, *(f"Compre barato {{n + m}}." for m in range(min(20, {COMMENTS} - n))), stance="oppose")
submit(draft, "A favor.", stance="support")
"""


def one(database: Path, query: str) -> int:
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return connection.execute(query).fetchone()[0]


def token(page: requests.Response) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def confirm(site: str) -> str:
    """Confirm as a chair does, in the administration; the address of the progress."""
    chair = requests.Session()
    login = f"{site}/admin/login/"
    chair.post(
        login,
        {
            "csrfmiddlewaretoken": token(chair.get(login)),
            "username": "chair1",
            "password": "consulta-demo",
        },
        headers={"Referer": login},
    )
    address = f"{site}/admin/comments/many/rejected/?stance=oppose"
    page = chair.get(address)
    upto = re.search(r'name="upto" value="(\d+)"', page.text)
    assert upto, page.text
    form = {"csrfmiddlewaretoken": token(page), "upto": upto[1], "reason_code": "spam"}
    started = time.perf_counter()
    done = chair.post(address, form, headers={"Referer": address})
    print(f"\nconfirmed {COMMENTS:,} in {time.perf_counter() - started:.1f} s")
    assert "Refresh" in done.headers, done.text
    return done.url


def test_a_rejection_survives_kills(tmp_path: Path) -> None:
    environment = environment_of(tmp_path) | {"WORKER": "0"}
    database = tmp_path / "consult.sqlite3"
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "shell", "--command", PREPARE)
    with serve(environment):
        confirm(environment["BASE_URL"])
        # Nothing is decided in the request.
        assert one(database, "SELECT count(*) FROM moderation_decision") == 0
        killed, started = 0, time.perf_counter()
        while one(database, RUNNING):
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "worker"],
                cwd=ROOT,
                env=environment,
                start_new_session=True,
            )
            before = one(database, "SELECT count(*) FROM moderation_decision")
            while one(database, "SELECT count(*) FROM moderation_decision") == before:
                if not one(database, RUNNING):
                    break
                assert time.perf_counter() - started < LONGEST
                assert worker.poll() is None
                time.sleep(0.02)
            time.sleep(random.uniform(0, 0.1))
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            killed += 1
    print(f"decided in {time.perf_counter() - started:.1f} s, the worker killed {killed} times")
    assert killed > 1
    decided = "SELECT count({}) FROM moderation_decision WHERE bulk_id IS NOT NULL"
    assert one(database, decided.format("*")) == COMMENTS
    assert one(database, decided.format("DISTINCT comment_id")) == COMMENTS
    rejected = "SELECT count(*) FROM submissions_comment WHERE status = 'rejected'"
    assert one(database, rejected) == COMMENTS
    assert one(database, rejected.replace("rejected", "pending")) == 1
    manage(environment, "verify_ledger")
