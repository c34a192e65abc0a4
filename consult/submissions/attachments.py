"""What a file sent by the public may be: told by its content, never by its name or declared type.

What is kept is what was recognised: a picture is written anew, without its metadata (where it was
taken, with which camera) and without anything behind its last byte; a document that is also
something else is refused.
"""

import hashlib
import re
import threading
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from consult.common.uploads import DAMAGED_ARCHIVE

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
EXTENSIONS = {
    PDF: "pdf",
    DOCX: "docx",
    ODT: "odt",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
}
# For the browser's own file chooser; what comes is checked all the same.
ACCEPT = ",".join(f".{extension}" for extension in [*EXTENSIONS.values(), "jpeg"])
PICTURES = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
}
# The slower ways of writing WebP take seconds for a large picture, and save little.
WRITING: dict[str, dict[str, int]] = {
    "JPEG": {"quality": 90},
    "WEBP": {"quality": 90, "method": 2},
}
NAME_MAX_LENGTH = 120
# Of one document: a real one has some dozens, each some twenty times smaller than unpacked.
ENTRIES_MAX = 2_000
RATIO_MAX = 200
SMALL = 1_000_000
# Code that an office program would run.
MACROS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|activex/|basic/|scripts/)", re.IGNORECASE)
# What a browser would take for a page if it looked into the beginning of a file.
PAGE = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|\?php|iframe)", re.IGNORECASE)

# Unpacked, a picture takes four bytes a pixel and more while it is turned: one after the other, so
# that a few uploads at once cannot use up a process's memory.
_one_picture_at_a_time = threading.Lock()

_not_accepted: Any = _(
    "“%(name)s” is not a file that can be taken: send PDF, Word (.docx), OpenDocument (.odt) or a"
    " picture (PNG, JPEG, WebP, GIF)."
)
_damaged: Any = _("“%(name)s” is damaged, or it is not what its name says.")
_macros: Any = _("“%(name)s” holds macros. Please save it without them and send it again.")
_too_large_inside: Any = _("“%(name)s” is too large when it is unpacked.")
_too_many_pixels: Any = _("“%(name)s” has too many pixels. Please make the picture smaller.")
_moving: Any = _("“%(name)s” is a moving picture. Please send a still one.")


@dataclass(frozen=True)
class Checked:
    """A file that can be kept: its content as it will be served, and what it is."""

    name: str
    kind: str
    content: bytes
    digest: str

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.kind]

    @property
    def size(self) -> int:
        return len(self.content)


def check(file: IO[bytes], name: str) -> Checked:
    """`file`, sent under `name`, as it can be kept; ValidationError says why it cannot."""
    shown = safe_name(name, "")
    limit = settings.ATTACHMENT_MAX_BYTES
    content = file.read(limit + 1) if limit else file.read()
    try:
        if not content:
            raise ValidationError(_("“%(name)s” is empty."))
        if limit and len(content) > limit:
            raise ValidationError(
                _("“%(name)s” is too large: a file may have at most %(limit)s."),
                params={"limit": filesizeformat(limit)},
            )
        kind, content = _recognised(content)
    except ValidationError as refused:
        params = {**(refused.params or {}), "name": shown}
        raise ValidationError(refused.message, params=params) from None
    return Checked(
        name=safe_name(name, EXTENSIONS[kind]),
        kind=kind,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
    )


def _recognised(content: bytes) -> tuple[str, bytes]:
    """What `content` is, and what of it is kept."""
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return PDF, content
    if content.startswith(b"PK\x03\x04"):
        return _document(content), content
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _picture(content, "WEBP")
    for signature, picture in PICTURES.items():
        if content.startswith(signature):
            return _picture(content, picture)
    raise ValidationError(_not_accepted)


def _check_pdf(content: bytes) -> None:
    _head, mark, rest = content.rpartition(b"%%EOF")
    ended = mark and not rest.strip(b"\0\t\n\f\r ")
    # A file that is an archive or a page as well is opened as that by somebody.
    if not ended or PAGE.search(content[:1024]) or zipfile.is_zipfile(BytesIO(content)):
        raise ValidationError(_damaged)


def _document(content: bytes) -> str:
    """The kind of the office document that the archive `content` is."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            # From its first entry to its own last record: nothing before it, nothing behind.
            starts = min((entry.header_offset for entry in entries), default=1) == 0
            if not starts or content[-22:-18] != b"PK\x05\x06" or archive.comment:
                raise ValidationError(_damaged)
            _check_entries(entries)
            kind = _document_kind(archive)
            # Reads all of it, within what the entries declare: who declares wrongly is found out.
            if archive.testzip() is not None:
                raise ValidationError(_damaged)
    except DAMAGED_ARCHIVE:
        raise ValidationError(_damaged) from None
    return kind


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len({entry.filename for entry in entries}) != len(entries):
        raise ValidationError(_damaged)
    if len(entries) > ENTRIES_MAX:
        raise ValidationError(_too_large_inside)
    for entry in entries:
        path = entry.filename
        if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
            raise ValidationError(_damaged)
        if MACROS.search(path):
            raise ValidationError(_macros)
        if entry.file_size > SMALL and entry.file_size > RATIO_MAX * max(entry.compress_size, 1):
            raise ValidationError(_too_large_inside)
    limit = settings.ATTACHMENT_UNPACKED_MAX_BYTES
    if limit and sum(entry.file_size for entry in entries) > limit:
        raise ValidationError(_too_large_inside)


def _document_kind(archive: zipfile.ZipFile) -> str:
    first = archive.infolist()[0]
    if first.filename == "mimetype" and first.file_size == len(ODT):
        if archive.read(first) == ODT.encode():
            return ODT
        raise ValidationError(_not_accepted)
    if "[Content_Types].xml" in archive.namelist():
        types = archive.open("[Content_Types].xml").read(SMALL)
        if b"macroEnabled" in types:
            raise ValidationError(_macros)
        if f"{DOCX}.main+xml".encode() in types:
            return DOCX
    raise ValidationError(_not_accepted)


def _picture(content: bytes, picture: str) -> tuple[str, bytes]:
    """The picture written anew: its pixels, and nothing else that it came with."""
    try:
        with _one_picture_at_a_time:
            written = _written_anew(content, picture)
    except ValidationError:
        raise
    except Image.DecompressionBombError:
        raise ValidationError(_too_many_pixels) from None
    except Exception:
        # Whatever a decoder makes of bytes that somebody made up, it is no picture.
        raise ValidationError(_damaged) from None
    return f"image/{picture.lower()}", written


def _written_anew(content: bytes, picture: str) -> bytes:
    limit = settings.ATTACHMENT_MAX_PIXELS
    with Image.open(BytesIO(content), formats=[picture]) as image:
        # Before anything is unpacked.
        if limit and image.width * image.height > limit:
            raise ValidationError(_too_many_pixels)
        image.verify()
    # Verifying uses an image up.
    with Image.open(BytesIO(content), formats=[picture]) as image:
        # Telephones put a small second picture into a JPEG; the first is the picture.
        if picture != "JPEG" and getattr(image, "n_frames", 1) > 1:
            raise ValidationError(_moving)
        upright = ImageOps.exif_transpose(image)
        upright.info = {k: v for k, v in upright.info.items() if k == "transparency"}
        written = BytesIO()
        upright.save(written, picture, **WRITING.get(picture, {}))
    return written.getvalue()


def safe_name(name: str, extension: str) -> str:
    """The last part of `name` without what could mislead, ending in `extension`.

    Without control characters and those that turn the direction of reading: `fdp.exe` shown as
    `exe.pdf` is an old trick.
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " "
    )
    kept = re.sub(r'[<>:"|?*]', "_", unicodedata.normalize("NFC", kept))
    stem, dot, old = kept.rpartition(".")
    if not extension:
        return kept.strip(". ")[:NAME_MAX_LENGTH] or "?"
    known = dot and old.lower() in {*EXTENSIONS.values(), "jpeg", "jpe", "jfif"}
    stem = (stem if known else kept).strip(". ")
    return f"{stem[: NAME_MAX_LENGTH - len(extension) - 1].rstrip('. ') or 'file'}.{extension}"
