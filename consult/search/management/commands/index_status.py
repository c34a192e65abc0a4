"""Say whether the search index is complete and up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ...documents import all_documents
from ...engines import engine
from ...engines.base import EngineUnavailable
from ...models import OutboxEntry


class Command(BaseCommand):
    help = "Say whether the search index is complete and up to date; exit 1 if it is not."

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = OutboxEntry.objects.count()
        expected = sum(1 for _document in all_documents())
        try:
            generation, indexed = engine().generation(), engine().count()
        except EngineUnavailable as error:
            raise CommandError(
                _("The index cannot be read: %(error)s") % {"error": error}
            ) from error
        for label, value in (
            (_("generation"), generation or _("none yet")),
            (_("documents in the index"), indexed),
            (_("documents in the database"), expected),
            (_("changes waiting"), waiting),
            (_("size"), filesizeformat(engine().size())),
        ):
            self.stdout.write(f"{label}: {value}")
        if waiting or indexed != expected:
            raise CommandError(_("The index is behind: run rebuild_index."))
