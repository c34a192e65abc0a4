"""Do in the background what waits: letters, what the index does not know of yet, the day's chores."""

import os
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ...worker import Worker

NICENESS = 10


class Command(BaseCommand):
    help = "Do in the background what waits; one runs on each machine, others wait for its end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="do what waits now, and end; exit 1 if any failed"
        )
        parser.add_argument(
            "--child",
            type=int,
            metavar="PID",
            help="end when the process PID that started this one is gone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            if Worker().run_once() is False:
                raise CommandError(_("Not all could be done; the log says what."))
            return
        stopping: list[bool] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: stopping.append(True))
        parent = options["child"]
        # Whoever waits for a page goes first.
        os.nice(NICENESS)

        def ends() -> bool:
            return bool(stopping) or (parent is not None and os.getppid() != parent)

        Worker(ends).run()
