"""Read by gunicorn from the folder it is started in; its command line goes before."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2
# Two sites of one user would fight over it.
control_socket_disable = True
