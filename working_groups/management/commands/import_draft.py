from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from consult.common.importing import ImportRefused
from working_groups.importing import import_draft_file


class Command(BaseCommand):
    help = "Import a draft with its sections and questions from a JSON file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--group", metavar="SLUG", help="the working group it belongs to")
        parser.add_argument(
            "--publish", action="store_true", help="publish it; new wording cuts a version"
        )

    def handle(self, *args: Any, file: Path, group: str | None, **options: Any) -> None:
        try:
            done = import_draft_file(file, group, options["publish"])
        except ImportRefused as refused:
            raise CommandError(
                "\n".join([_("Nothing was imported."), *refused.problems])
            ) from refused
        names = {
            "draft": done.draft.slug,
            "sections": done.draft.sections.count(),
            "questions": done.draft.questions.count(),
        }
        if done.unread:
            self.stdout.write(_("Not read: %(names)s.") % {"names": ", ".join(sorted(done.unread))})
        if not options["publish"]:
            self.stdout.write(
                _("“%(draft)s” is saved; nothing is published until it is published.") % names
            )
        elif done.version:
            self.stdout.write(
                _(
                    "“%(draft)s” is published: version %(number)d, "
                    "%(sections)d sections, %(questions)d questions."
                )
                % {**names, "number": done.version.number}
            )
        else:
            self.stdout.write(
                _("“%(draft)s” is published; its wording did not change, so its version stays.")
                % names
            )
