from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from ...actions import erase_personal_data
from ...queries import with_data_past_their_time


class Command(BaseCommand):
    help = "Erase e-mails and unpublished originals whose time is over (see RETENTION_DAYS); logged in the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count, erase nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            count = with_data_past_their_time(now).count()
            sentence = _("Submissions with data to erase: %(count)s")
        else:
            count = erase_personal_data(now)
            sentence = _("Submissions whose data were erased: %(count)s")
        self.stdout.write(sentence % {"count": count})
