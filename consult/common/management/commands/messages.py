"""The catalogues: extracted, checked and compiled with neither xgettext nor msgfmt installed."""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

SOURCES = ("consult", "templates", "working_groups")
SOURCE_LANGUAGE = "en"
CONTEXT = (1, "c")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": (CONTEXT, 2),
    "pgettext_lazy": (CONTEXT, 2),
    "npgettext": (CONTEXT, 2, 3),
    "npgettext_lazy": (CONTEXT, 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%](?![a-z])|\{\w*\}")


class Command(BaseCommand):
    help = "Extracts the words people read into the catalogues, keeping their translations."
    # The catalogues are made ready before anything else works, and while translations are behind.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument(
            "--check", action="store_true", help="change nothing; fail unless current and complete"
        )
        mode.add_argument(
            "--compile", action="store_true", help="only compile what changed since the last time"
        )

    def handle(self, *args: object, **options: object) -> None:
        paths = {
            code: Path(settings.LOCALE_PATHS[0], code, "LC_MESSAGES", "django.po")
            for code, _name in settings.LANGUAGES
        }
        if options["compile"]:
            for path in paths.values():
                compile_catalogue(path)
            return
        messages = extract(settings.BASE_DIR)
        faults = []
        for code, path in paths.items():
            old = path.read_text(encoding="utf-8") if path.exists() else ""
            catalogue = merge(messages, polib.pofile(old) if old else polib.POFile(), code)
            if options["check"]:
                if str(catalogue) != old:
                    faults.append(f"{code}: behind the sources; run `make messages`")
                faults += [f"{code}: {fault}" for fault in incomplete(catalogue)]
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(str(catalogue), encoding="utf-8")
                self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: {len(catalogue)}")
        if faults:
            raise CommandError("\n".join(faults))


def extract(base: Path) -> list[polib.POEntry]:
    """Return an untranslated entry for each message in the sources under `base`, in their order."""
    # Babel comes with the checks: compiling, on a server, does without it.
    from babel.messages.extract import extract as extract_with

    found: dict[tuple[str | None, str], polib.POEntry] = {}
    for path in sorted(path for source in SOURCES for path in (base / source).rglob("*.*")):
        if path.suffix == ".py":
            code = path.read_text(encoding="utf-8")
        elif path.suffix in {".html", ".txt"}:
            # Within parentheses, what is left of the template's indentation means nothing.
            code = f"(\n{templatize(path.read_text(encoding='utf-8'))}\n)"
        else:
            continue
        for _line, message, comments, context in extract_with(
            "python", BytesIO(code.encode()), KEYWORDS, ("Translators:",)
        ):
            singular, plural = message if isinstance(message, tuple) else (message, "")
            entry = found.setdefault(
                (context, singular), polib.POEntry(msgctxt=context, msgid=singular)
            )
            entry.msgid_plural = entry.msgid_plural or plural
            entry.comment = entry.comment or "\n".join(comments)
            place = (path.relative_to(base).as_posix(), "")
            if place not in entry.occurrences:
                entry.occurrences.append(place)
    return list(found.values())


def merge(messages: list[polib.POEntry], old: polib.POFile, code: str) -> polib.POFile:
    """Return a catalogue of `messages` for the language `code`, with the translations of `old`."""
    catalogue = polib.POFile(wrapwidth=98)
    catalogue.metadata = {
        "Project-Id-Version": "consult",
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    translated = {(entry.msgctxt, entry.msgid): entry for entry in old}
    for message in messages:
        known = translated.get((message.msgctxt, message.msgid), polib.POEntry())
        source = message if code == SOURCE_LANGUAGE else polib.POEntry()
        words = known.msgstr_plural.get(0) or known.msgstr or source.msgid
        entry = polib.POEntry(
            msgctxt=message.msgctxt,
            msgid=message.msgid,
            msgid_plural=message.msgid_plural,
            comment=message.comment,
            tcomment=known.tcomment,
            occurrences=message.occurrences,
            flags=[flag for flag in known.flags if flag == "fuzzy"],
        )
        if message.msgid_plural:
            plural = known.msgstr_plural.get(1) or source.msgid_plural
            entry.msgstr_plural = {0: words, 1: plural}
        else:
            entry.msgstr = words
        catalogue.append(entry)
    return catalogue


def incomplete(catalogue: polib.POFile) -> Iterator[str]:
    """Yield what a reader would notice: words untranslated, unreviewed, or with other blanks."""
    for entry in catalogue:
        if entry.fuzzy:
            yield f"unreviewed (fuzzy): {entry.msgid!r}"
        elif not entry.translated():
            yield f"untranslated: {entry.msgid!r}"
        else:
            # Only the singular may leave the number out: "one comment".
            pairs = (
                [
                    (entry.msgstr_plural[0], {entry.msgid, entry.msgid_plural}),
                    (entry.msgstr_plural[1], {entry.msgid_plural}),
                ]
                if entry.msgid_plural
                else [(entry.msgstr, {entry.msgid})]
            )
            for translation, sources in pairs:
                if placeholders(translation) not in [placeholders(source) for source in sources]:
                    yield f"placeholders differ: {entry.msgid!r} and {translation!r}"


def placeholders(text: str) -> list[str]:
    """Return the blanks to be filled in in `text`, sorted."""
    return sorted(PLACEHOLDER.findall(text))


def compile_catalogue(path: Path) -> None:
    """Write the compiled form beside the catalogue at `path`, unless it is there and as new."""
    changed = path.stat().st_mtime_ns
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns >= changed:
        return
    # Test processes start together: none may read what another has half written.
    unfinished = compiled.with_suffix(f".{os.getpid()}")
    polib.pofile(str(path)).save_as_mofile(str(unfinished))
    unfinished.replace(compiled)
