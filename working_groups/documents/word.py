"""Opening a Word file from anybody: looked into before anything reads it, and refused in a sentence."""

import io
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.utils.translation import gettext as _

from consult.common.importing import ImportRefused
from consult.common.uploads import DAMAGED_ARCHIVE

# What a file begins with, by what it is.
ZIP, OLE, PDF, RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF", b"{\\rtf"
# A name inside the old container, which tells a protected file from an old one.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

# A thousand pages and all their pictures stay below these.
MAX_ENTRIES = 5_000
MAX_TEXT = 30_000_000
# How many times larger than the file its content may be, where that is much.
MAX_RATIO = 100
MUCH = 10_000_000

RELATIONS = "_rels/.rels"
TYPES = "[Content_Types].xml"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
MACROS = re.compile(r"vba(Project|Data)|activeX/", re.IGNORECASE)
# A field in its short form, which pandoc would leave out with its words, and in its long one.
FIELD = re.compile(
    rb'<w:fldSimple(?=\s)(?:\s+(?!w:instr=)[\w:]+="[^"]*")*\s+w:instr="([^"]*)"[^>]*(?<!/)>'
)
FIELD_END = re.compile(rb"</w:fldSimple>")
BEGUN = (
    rb'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">\1'
    rb'</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
ENDED = rb'<w:r><w:fldChar w:fldCharType="end"/></w:r>'
# A template on one's own disk is where every file of an office comes from; it is never fetched.
ON_A_DISK = re.compile(r"(file:///)?[a-z]:[\\/]|[^:\\/]+$", re.IGNORECASE)


def refused(name: str, sentence: str) -> ImportRefused:
    return ImportRefused([f"{name}: {sentence}"])


@dataclass
class WordFile:
    """The text of a Word file, part by part; nothing else was unpacked."""

    name: str
    parts: dict[str, bytes]
    # Pictures and what else there is beside the text.
    others: list[str]

    @cached_property
    def trees(self) -> dict[str, Element]:
        """The parts, parsed; raises ImportRefused where one is damaged, or declares entities."""
        try:
            return {name: fromstring(data, forbid_dtd=True) for name, data in self.parts.items()}
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise refused(
                self.name, _("this Word file is damaged; open it in Word and save it anew")
            ) from error

    @cached_property
    def main(self) -> str:
        """The name of the part with the text."""
        for target in self.targets(RELATIONS, "/officeDocument"):
            name = target.lstrip("/")
            if name in self.parts:
                return name
        raise refused(self.name, _("this is not a Word file; save it as .docx"))

    def targets(self, part: str, kind: str, *, external: bool = False) -> list[str]:
        """What the relations in `part` of a `kind` (how its name ends) point at."""
        if part not in self.trees:
            return []
        return [
            row.get("Target", "")
            for row in self.trees[part].iter(f"{PACKAGE}Relationship")
            if row.get("Type", "").endswith(kind)
            and (row.get("TargetMode") == "External") == external
        ]

    def repacked(self) -> bytes:
        """The text alone as a Word file: what pandoc is given. Pictures are empty."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, with_long_fields(data))
            for name in self.others:
                archive.writestr(name, b"")
        return stream.getvalue()


def open_word(name: str, data: bytes) -> WordFile:
    """The Word file `data`; raises ImportRefused with the reason where it is none to be read."""
    if not data.startswith(ZIP):
        raise refused(name, what_instead(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            word = unpacked(name, archive, len(data))
    except DAMAGED_ARCHIVE as error:
        raise refused(
            name, _("this Word file is damaged; open it in Word and save it anew")
        ) from error
    refuse_what_runs(word)
    return word


def what_instead(data: bytes) -> str:
    """The sentence on a file that is no .docx, from how it begins."""
    if data.startswith(OLE):
        if ENCRYPTED in data:
            return _("this file is protected with a password; save it without one")
        return _("this is a file of an old Word (.doc); save it as .docx")
    if data.startswith(PDF):
        return _("this is a PDF; a draft comes as a Word file (.docx) or as Markdown (.md)")
    if data.startswith(RTF):
        return _("this is a file in RTF; save it as .docx")
    if not data:
        return _("this file is empty")
    return _("this is not a Word file; save it as .docx")


def unpacked(name: str, archive: zipfile.ZipFile, size: int) -> WordFile:
    """The text in `archive`, of `size` bytes; raises ImportRefused where there is too much."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    if "mimetype" in entries and "content.xml" in entries:
        raise refused(name, _("this is an OpenDocument file; save it as .docx"))
    if TYPES not in entries or RELATIONS not in entries:
        raise refused(name, _("this is a zip file, but not a Word file; save it as .docx"))
    text = {
        key: entry
        for key, entry in entries.items()
        if key in (TYPES, RELATIONS)
        or (key.startswith("word/") and key.endswith((".xml", ".rels")))
        # Word uses no other way of packing.
        if entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    }
    total = sum(entry.file_size for entry in archive.infolist())
    if (
        len(archive.infolist()) > MAX_ENTRIES
        or total > (settings.IMPORT_UNPACKED_MAX_BYTES or total)
        or (total > MUCH and total > MAX_RATIO * size)
        or sum(entry.file_size for entry in text.values()) > MAX_TEXT
    ):
        raise refused(
            name, _("this file would unpack into far more than a draft; it was not opened")
        )
    # No more is unpacked of an entry than it says that it holds.
    parts = {key: archive.read(entry) for key, entry in text.items()}
    return WordFile(name, parts, sorted(entries.keys() - text.keys()))


def refuse_what_runs(word: WordFile) -> None:
    """Raise ImportRefused where `word` brings a program, or sends for one."""
    declared = " ".join(value for row in word.trees[TYPES].iter() for value in row.attrib.values())
    if "macroEnabled" in declared or any(
        MACROS.search(name) for name in [*word.parts, *word.others]
    ):
        raise refused(word.name, _("this file has macros; save it as .docx, without them"))
    if "wordprocessingml" not in declared:
        raise refused(word.name, _("this is not a Word file; save it as .docx"))
    templates: list[Any] = [
        target
        for part in word.parts
        if part.endswith(".rels")
        for target in word.targets(part, "/attachedTemplate", external=True)
    ]
    if not all(ON_A_DISK.match(target) for target in templates):
        raise refused(
            word.name,
            _(
                "this file fetches its template from elsewhere (%(address)s); "
                "copy its text into a new document and save that"
            )
            % {"address": templates[0][:80]},
        )


def with_long_fields(xml: bytes) -> bytes:
    """`xml` with its fields in the form that pandoc reads."""
    begun, count = FIELD.subn(BEGUN, xml)
    ended, closed = FIELD_END.subn(ENDED, begun)
    return ended if count == closed else xml
