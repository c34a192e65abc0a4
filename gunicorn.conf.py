"""Read by gunicorn from the folder it is started in; its command line goes before."""

import os
import socket
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
worker_class = "consult.common.serving.FreeThreadWorker"
# Every request joins the one line for whichever process is free; who keeps a connection keeps the
# process that once accepted it. What stands before this may keep its own connections to people.
keepalive = 0
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
    for listener in server.LISTENERS:
        if listener.sock.family != socket.AF_UNIX and hasattr(socket, "TCP_DEFER_ACCEPT"):
            # Browsers open connections in advance: one that says nothing for so long keeps no thread.
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 30)
    if os.environ.get("WORKER", "1") != "0":
        threading.Thread(target=keep_working, daemon=True).start()


def keep_working() -> None:
    command = [sys.executable, str(HERE / "manage.py"), "worker", "--child", str(os.getpid())]
    environment = {"DJANGO_SETTINGS_MODULE": "consult.settings.production"} | os.environ
    while not ending.is_set():
        with starting:
            process = subprocess.Popen(command, cwd=HERE, env=environment)
        background[:] = [process]
        process.wait()
        ending.wait(1)


def on_exit(server: Any) -> None:
    ending.set()
    for worker in background:
        worker.terminate()
        try:
            worker.wait(10)
        except subprocess.TimeoutExpired:
            worker.kill()
