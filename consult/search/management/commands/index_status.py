"""Say whether the search index is complete and up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Min
from django.template.defaultfilters import filesizeformat
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from ... import meaning
from ...actions import expected
from ...engines import engine
from ...engines.base import EngineUnavailable
from ...models import OutboxEntry


class Command(BaseCommand):
    help = "Say whether the search index is complete and up to date; exit 1 if it is not."

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = OutboxEntry.objects.aggregate(count=Count("pk"), since=Min("noted_at"))
        should_have = expected()
        try:
            generation, indexed = engine().generation(), engine().count()
            segments, size = engine().segments(), engine().size()
            unknown = meaning.behind() if meaning.is_on() else 0
        except EngineUnavailable as error:
            raise CommandError(
                _("The index cannot be read: %(error)s") % {"error": error}
            ) from error
        for label, value in (
            (_("generation"), generation or _("none yet")),
            (_("documents in the index"), indexed),
            (_("documents in the database"), should_have),
            (_("changes waiting"), waiting["count"]),
            (_("the longest wait"), timesince(waiting["since"]) if waiting["since"] else "–"),
            (_("segments"), segments),
            (_("size"), filesizeformat(size)),
        ):
            self.stdout.write(f"{label}: {value}")
        if meaning.is_on():
            # The worker's to do, some at a time: the search answers by words meanwhile.
            waits = _("all of them") if unknown is None else unknown
            self.stdout.write("{}: {}".format(_("texts whose meaning is not known yet"), waits))
        if waiting["count"] or indexed != should_have:
            raise CommandError(_("The index is behind: run rebuild_index."))
