"""Read by gunicorn from the folder it is started in; its command line goes before."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import environ

HERE = Path(__file__).resolve().parent
environ.Env.read_env(HERE / ".env")

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2
# Two sites of one user would fight over it.
control_socket_disable = True

ending = threading.Event()
background: list[subprocess.Popen[bytes]] = []
# Popen returns once the child has closed the pipe that it says its failure on: a process that the
# server forks meanwhile would keep that pipe open, and Popen would wait for ever.
starting = threading.Lock()
os.register_at_fork(
    before=starting.acquire, after_in_parent=starting.release, after_in_child=starting.release
)


def when_ready(server: Any) -> None:
    """Start what works in the background, and start it again if it dies."""
    if os.environ.get("WORKER", "1") != "0":
        threading.Thread(target=keep_working, daemon=True).start()


def keep_working() -> None:
    command = [sys.executable, str(HERE / "manage.py"), "worker", "--child", str(os.getpid())]
    environment = {"DJANGO_SETTINGS_MODULE": "consult.settings.production"} | os.environ
    while not ending.is_set():
        with starting:
            process = subprocess.Popen(command, cwd=HERE, env=environment)
        background[:] = [process]
        # Asked for now and then, not waited for: the server collects all of its children, this one
        # too, and who waits for it might not be told.
        while process.poll() is None and not ending.wait(1):
            pass
        ending.wait(1)


def post_worker_init(worker: Any) -> None:
    # A thread lets the others run whenever it waits for the database, and gets its turn again after
    # this many seconds. At Python's own 0.005 a submission of a dozen statements held the writers'
    # lock for up to 60 ms while another thread drew a page.
    sys.setswitchinterval(0.0005)


def on_exit(server: Any) -> None:
    ending.set()
    for worker in background:
        worker.terminate()
        try:
            worker.wait(10)
        except subprocess.TimeoutExpired:
            worker.kill()
