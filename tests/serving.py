"""The site as it is run: gunicorn over a database of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[1]


def environment_of(var: Path) -> dict[str, str]:
    """The environment of a site that keeps its data in `var`, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "consult.settings.development",
        "DEBUG": "0",
        "VAR_DIR": str(var),
        "DATABASE_URL": f"sqlite:///{var / 'consult.sqlite3'}",
        "SEARCH_INDEX_DIR": str(var / "index"),
        # One machine visits every page and sends every form.
        "SUBMISSION_BURST": "0",
        "SUBMISSIONS_PER_HOUR": "0",
        "RECEIPT_LOOKUPS_PER_HOUR": "0",
        "FORM_MIN_SECONDS": "0",
        "BASE_URL": f"http://127.0.0.1:{port}",
    }


def manage(environment: dict[str, str], *command: str) -> str:
    """What a command of the site says; raises if it fails."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@contextmanager
def serve(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server of the site that answers, at the head of a process group of its own."""
    bind = environment["BASE_URL"].removeprefix("http://")
    with Path(environment["VAR_DIR"], "gunicorn.log").open("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", bind, "consult.wsgi"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_for(f"{environment['BASE_URL']}/es/", server)
            yield server
        finally:
            server.terminate()
            server.wait(30)
            log.seek(0)
            # Shown by pytest beside a test that failed.
            sys.stderr.write(log.read())


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return when `address` is served; raise if the server ends or a minute has passed."""
    for _attempt in range(600):
        try:
            requests.get(address, timeout=20).raise_for_status()
            return
        except (requests.ConnectionError, requests.Timeout):
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with {server.returncode}") from None
            time.sleep(0.1)
    raise TimeoutError(address)
