"""How a process of the server comes by its connections; gunicorn.conf.py names it."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class FreeThreadWorker(ThreadWorker):
    """Gunicorn's threads, which accept a new connection only while one of them is free.

    Its own accept all there are: then one process has six people in its line and another two, and
    who comes to a process that draws a long report waits for it while another has nothing to do.
    What is not accepted waits for all processes in the operating system's line.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._busy = 0

    def enqueue_req(self, conn: Any) -> None:
        self._busy += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        self._busy -= 1
        super().finish_request(conn, fs)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if self.alive:
            self.set_accept_enabled(
                self._busy < self.cfg.threads and self.nr_conns < self.worker_connections
            )
        super().wait_for_and_dispatch_events(timeout)
