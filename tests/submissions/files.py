"""Files as people send them, and as those do who mean harm."""

import struct
import zipfile
from io import BytesIO
from typing import Any

from bs4 import BeautifulSoup
from PIL import Image

from consult.submissions.attachments import DOCX, ODT

WORD = "wordprocessingml.document.main+xml"


def pdf(inside: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\n" + inside + b"trailer\n%%EOF\n"


def picture(form: str = "PNG", size: tuple[int, int] = (8, 6), **options: Any) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "purple").save(written, form, **options)
    return written.getvalue()


def photograph() -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Cámara de Ana"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (28.0, 38.0, 7.0)
    return picture("JPEG", exif=exif, comment=b"en mi casa")


def archive(*entries: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", kind) as zipped:
        for name, content in entries:
            zipped.writestr(name, content)
    return written.getvalue()


def docx(*more: tuple[str, bytes], types: str = f"{DOCX}.main+xml") -> bytes:
    return archive(
        ("[Content_Types].xml", f'<Types><Override ContentType="{types}"/></Types>'.encode()),
        ("word/document.xml", b"<w:document/>"),
        *more,
    )


def odt() -> bytes:
    return archive(("mimetype", ODT.encode()), ("content.xml", b"<office:document/>"))


def lying_docx() -> bytes:
    """A bomb that declares a small size for what it unpacks into."""
    honest = docx(("word/media/bomb.xml", b"0" * 20_000_000))
    return honest.replace(struct.pack("<I", 20_000_000), struct.pack("<I", 1_000))


def upload(content: bytes, name: str) -> BytesIO:
    """A file as the test client sends it."""
    file = BytesIO(content)
    file.name = name
    return file


def held_in(response: Any) -> dict[str, list[str]]:
    """The hidden fields for held files, as the page sends them back."""
    data: dict[str, list[str]] = {}
    for field in BeautifulSoup(response.content, "html.parser").select("main input[name$=-held]"):
        data.setdefault(str(field["name"]), []).append(str(field["value"]))
    return data
