from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from consult.common.importing import ImportRefused, read_bytes
from consult.common.languages import CODES, other
from working_groups.documents.content import content_of, remarks, slug_of
from working_groups.documents.pairing import paired
from working_groups.documents.reading import ReadDocument, read_document
from working_groups.enums import CHANGE_NOTES
from working_groups.importing import ImportedDraft, find_draft, import_draft, import_draft_file
from working_groups.models import DraftPage, Version
from working_groups.queries import translation_warnings

DOCUMENTS = (".docx", ".md")


class Command(BaseCommand):
    help = "Import a draft from a JSON, Word (.docx) or Markdown (.md) file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--group", metavar="SLUG", help="the working group it belongs to")
        parser.add_argument(
            "--publish", action="store_true", help="publish it; new wording cuts a version"
        )
        word = parser.add_argument_group("for Word and Markdown")
        word.add_argument(
            "--language", choices=CODES, help="the language of FILE; unset: as it seems"
        )
        word.add_argument(
            "--other", type=Path, metavar="FILE", help="the same in the other language"
        )
        word.add_argument(
            "--slug", help="the draft's address; a draft that has it gets the new text"
        )

    def handle(self, *args: Any, file: Path, group: str | None, **options: Any) -> None:
        try:
            suffix = file.suffix.lower()
            braced = suffix not in DOCUMENTS and read_bytes(file).lstrip().startswith(b"{")
            if suffix == ".json" or braced:
                done = import_draft_file(file, group, options["publish"])
            else:
                done = self.import_documents(file, group, **options)
        except ImportRefused as refused:
            raise CommandError(
                "\n".join([_("Nothing was imported."), *refused.problems])
            ) from refused
        self.say_what_was_done(done, options["publish"])

    def import_documents(
        self, file: Path, group: str | None, *, publish: bool, **options: Any
    ) -> ImportedDraft:
        """Import a text in one language or in both, and say what could not be kept."""
        documents = read_files(file, options["other"], options["language"])
        spanish, english = documents.get("es"), documents.get("en")
        slug = options["slug"] or slug_of(spanish or documents["en"])
        draft = find_draft(slug, group)
        sections = draft.numbered_sections() if draft.pk else []
        pairs = paired(spanish, english, sections)
        content = content_of(spanish, english, pairs, draft if draft.pk else None, slug)
        done = import_draft(content, group, publish)
        for document in documents.values():
            for loss in document.losses:
                self.stdout.write(f"{document.name}: {loss}")
        for remark in remarks(spanish, english, pairs, sections):
            self.stdout.write(remark)
        return done

    def say_what_was_done(self, done: ImportedDraft, publish: bool) -> None:
        names = {
            "draft": done.draft.slug,
            "sections": done.draft.sections.count(),
            "questions": done.draft.questions.count(),
        }
        if done.unread:
            self.stdout.write(_("Not read: %(names)s.") % {"names": ", ".join(sorted(done.unread))})
        if not publish:
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
            self.warn(done.draft, done.version)
        else:
            self.stdout.write(
                _("“%(draft)s” is published; its wording did not change, so its version stays.")
                % names
            )

    def warn(self, draft: DraftPage, version: Version) -> None:
        """Say what the editor would have asked for, or warned of."""
        commented = draft.versions.filter(number__lt=version.number, comments__isnull=False)
        if commented.exists() and not all(getattr(version, name) for name in CHANGE_NOTES):
            self.stdout.write(
                _(
                    "There are comments on earlier versions, and nothing says in both languages what"
                    " changed (change_note)."
                )
            )
        for warning in translation_warnings(draft):
            self.stdout.write(warning)


def read_files(file: Path, more: Path | None, language: str | None) -> dict[str, ReadDocument]:
    """The documents by their languages; raises ImportRefused where both are in one."""
    one = read_document(file.name, read_bytes(file), language)
    if more is None:
        return {one.language: one}
    two = read_document(more.name, read_bytes(more), language and other(language))
    if one.language == two.language:
        raise ImportRefused(
            [
                _("both files seem to be in one language; say with --language what %(name)s is in")
                % {"name": file.name}
            ]
        )
    return {one.language: one, two.language: two}
