"""Make the search index anew from the database, while the old one goes on serving."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ...actions import rebuild
from ...engines.base import EngineUnavailable

STEP = 1_000


class Command(BaseCommand):
    help = "Make the search index anew from the database, while the old one goes on serving."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            count = rebuild(self.tell)
        except EngineUnavailable as error:
            raise CommandError(
                _("The index was not rebuilt: %(error)s") % {"error": error}
            ) from error
        self.stdout.write(
            _("%(count)s documents indexed in %(seconds).1f s.")
            % {"count": count, "seconds": time.monotonic() - started}
        )

    def tell(self, done: int) -> None:
        if done % STEP == 0:
            self.stdout.write(_("%(count)s documents…") % {"count": done})
            self.stdout.flush()
