from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from consult.common.importing import ImportRefused
from consult.submissions.enums import Status
from consult.submissions.importing import find_draft, import_file

PROGRESS_EVERY = 100


class Command(BaseCommand):
    help = "Import submissions to a draft from JSON Lines, CSV or XLSX; all of them or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("draft", help="the draft's slug or number")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, write nothing"
        )
        parser.add_argument(
            "--status",
            choices=[Status.PUBLISHED.value, Status.PENDING.value],
            default=Status.PENDING.value,
            help="what the comments start as (pending: the chairs decide)",
        )

    def handle(self, *args: Any, draft: str, file: Path, **options: Any) -> None:
        try:
            done = import_file(
                find_draft(draft),
                file,
                status=options["status"],
                dry_run=options["dry_run"],
                progress=self.say_progress,
            )
        except ImportRefused as refused:
            raise CommandError(
                "\n".join([_("Nothing was imported."), *refused.problems])
            ) from refused
        if done.unread:
            self.stdout.write(_("Not read: %(names)s.") % {"names": ", ".join(sorted(done.unread))})
        sentence = (
            _(
                "Nothing written. It would add %(submissions)d submissions, %(comments)d comments "
                "and %(answers)d answers; %(known)d submissions are here already."
            )
            if options["dry_run"]
            else _(
                "Added %(submissions)d submissions, %(comments)d comments and %(answers)d answers; "
                "%(known)d submissions were here already."
            )
        )
        self.stdout.write(sentence % vars(done))

    def say_progress(self, done: int, total: int) -> None:
        if done % PROGRESS_EVERY == 0 or done == total:
            self.stdout.write(f"{done} / {total}")
