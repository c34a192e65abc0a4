"""The server killed while people send: what was acknowledged is there, once, and provable."""

import os
import random
import re
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.serving import environment_of, manage, serve

SUBMISSIONS = 200
SENDERS = 6
DRAFT = "/en/groups/ia-trabajo/formacion-digital-trabajo-ia/take-part/"
# A word that nothing else on the site has.
WORD = "quetzalapagón"
# Nobody waits longer for an answer, or tries for longer.
PATIENCE = 90.0


class Senders:
    """People who fill in the form, send it, and send the same form again if no answer comes."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.numbers: Iterator[int] = iter(range(SUBMISSIONS))
        self.lock = threading.Lock()
        # The receipt that reached each sender, and how many had to send more than once.
        self.receipts: dict[int, str] = {}
        self.resent = 0
        self.threads = [threading.Thread(target=self._work) for _ in range(SENDERS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def finish(self) -> None:
        for thread in self.threads:
            thread.join(PATIENCE)

    def wait_for(self, receipts: int) -> None:
        """Return when that many receipts have arrived."""
        until = time.monotonic() + PATIENCE
        while len(self.receipts) < receipts:
            assert time.monotonic() < until, self.receipts
            time.sleep(0.002)

    def _work(self) -> None:
        while True:
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                return
            self._send(number)

    def _send(self, number: int) -> None:
        session = requests.Session()
        form = self._until_answered(lambda: session.get(self.site + DRAFT, timeout=10), 200)
        fields = {
            "block": "0",
            "comment-0-body": f"{WORD} {number}: the training hours are too few.",
            "you-respondent_kind": "person",
            "you-privacy": "on",
            "you-publication": "on",
        }
        for name in ("csrfmiddlewaretoken", "token", "version"):
            found = re.search(f'name="{name}" value="([^"]*)"', form.text)
            assert found, form.text
            fields[name] = found[1]
        answer = self._until_answered(
            lambda: session.post(self.site + DRAFT, fields, timeout=10, allow_redirects=False), 303
        )
        self.receipts[number] = answer.headers["Location"]

    def _until_answered(self, ask, status: int) -> requests.Response:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = ask()
            except requests.RequestException:
                self.resent += 1
                time.sleep(0.2)
            else:
                assert answer.status_code == status, answer.text
                return answer
        raise TimeoutError


@pytest.mark.usefixtures("site")
def test_what_was_acknowledged_survives_kills(var: Path, tmp_path: Path) -> None:
    # What the other tests' site holds; nobody writes to that one now.
    shutil.copytree(var, tmp_path, symlinks=True, dirs_exist_ok=True)
    environment = environment_of(tmp_path)
    site = environment["BASE_URL"]
    database = tmp_path / "consult.sqlite3"
    with closing(sqlite3.connect(database)) as connection, connection:
        # Comments reach the index as they are sent.
        connection.execute("UPDATE working_groups_draftpage SET moderation = 'after'")
    senders = Senders(site)
    for kill_after in (random.randint(10, 50), random.randint(70, 110), random.randint(130, 170)):
        with serve(environment) as server:
            if not senders.receipts:
                senders.start()
            senders.wait_for(kill_after)
            time.sleep(random.uniform(0, 0.05))
            os.killpg(server.pid, signal.SIGKILL)
    with serve(environment):
        senders.finish()
        assert len(senders.receipts) == SUBMISSIONS
        # Otherwise nothing was interrupted.
        assert senders.resent
        for number, address in senders.receipts.items():
            page = requests.get(site + address, timeout=20)
            assert page.status_code == 200
            assert f"{WORD} {number}:" in page.text
        # One search takes in what the kills left waiting.
        found = requests.get(f"{site}/api/v1/search", {"q": WORD, "lang": "en"}, timeout=60).json()
        assert found["total"] == SUBMISSIONS
    manage(environment, "verify_ledger")
    manage(environment, "index_status")
    with closing(sqlite3.connect(database)) as connection:
        stored = connection.execute(
            "SELECT submission.receipt FROM submissions_submission AS submission"
            " JOIN submissions_comment AS comment ON comment.submission_id = submission.id"
            " JOIN submissions_ledgerentry AS row ON row.submission_id = submission.id"
            " WHERE comment.body LIKE ?",
            [f"{WORD} %"],
        ).fetchall()
    receipts = [address.split("/")[-2] for address in senders.receipts.values()]
    assert sorted(receipt for (receipt,) in stored) == sorted(receipts)
