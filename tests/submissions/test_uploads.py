"""What may be attached, told by its content; and what those send who mean harm."""

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from PIL import Image, ImageOps

from consult.submissions.attachments import check
from tests.submissions import files


def refusal(content: bytes, name: str) -> str:
    with translation.override("en"):
        with pytest.raises(ValidationError) as refused:
            check(BytesIO(content), name)
        return refused.value.messages[0]


@pytest.mark.parametrize(
    ("content", "name", "kept_as"),
    [
        (files.pdf(), "Propuesta final.PDF", "Propuesta final.pdf"),
        (files.docx(), "a.docx", "a.docx"),
        (files.odt(), "a.odt", "a.odt"),
        (files.picture("PNG"), "foto.png", "foto.png"),
        (files.picture("JPEG"), "foto.jpeg", "foto.jpg"),
        (files.picture("WEBP"), "foto", "foto.webp"),
        (files.picture("GIF"), "foto.gif", "foto.gif"),
        # What it says it is does not count.
        (files.picture("PNG"), "informe.pdf", "informe.png"),
        (files.pdf(), "v1.2 borrador", "v1.2 borrador.pdf"),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, name: str, kept_as: str) -> None:
    checked = check(BytesIO(content), name)
    assert checked.name == kept_as
    assert checked.size == len(checked.content) > 0


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\a.pdf", "a.pdf"),
        ("/etc/a.pdf", "a.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("factura\u202efdp.exe", "facturafdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ('"><script>.pdf', "___script_.pdf"),
        ("ñ" * 300 + ".pdf", "ñ" * 116 + ".pdf"),
    ],
)
def test_names_lead_nowhere_and_mislead_nobody(name: str, kept_as: str) -> None:
    assert check(BytesIO(files.pdf()), name).name == kept_as


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Hola",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\x00",
        files.archive(("a.txt", b"a")),
        files.docx(types="application/vnd.ms-word.document.macroEnabled.main+xml"),
        files.docx(("word/vbaProject.bin", b"Sub AutoOpen()")),
        files.docx(("../../../etc/cron.d/x", b"* * * * *")),
        files.docx(("/etc/passwd", b"root")),
        files.docx(("C:\\x", b"")),
        files.docx(("word/media/bomb.xml", b"0" * 30_000_000)),
        files.docx(*((f"word/{n}", b"") for n in range(2_500))),
        files.lying_docx(),
        files.docx()[:-10],
        # Two things at once: something before, something behind, something in between.
        b"GIF89a" + files.pdf(),
        b"\n<script>alert(1)</script>" + files.pdf(),
        files.pdf(b"<script>alert(1)</script>"),
        files.pdf() + files.docx(),
        files.pdf() + files.archive(("x.class", b"\xca\xfe\xba\xbe")) + b"\n%%EOF",
        files.pdf().replace(b"%%EOF", b""),
        b"MZ" + files.docx(),
        files.docx() + b"<?php system($_GET['c']);",
        files.picture("PNG")[:40],
        b"\x89PNG\r\n\x1a\n" + b"<?php",
        b"\xff\xd8\xff" + b"A" * 100,
    ],
    # Numbered, since what was made bears the second it was made in.
    ids=lambda content: "file",
)
def test_what_is_none_of_the_kinds_is_refused_in_a_sentence(content: bytes) -> None:
    said = refusal(content, "informe.pdf")
    assert "informe.pdf" in said
    assert "%" not in said


def test_a_photograph_does_not_tell_where_it_was_taken() -> None:
    sent = files.photograph()
    assert b"Ana" in sent
    assert b"casa" in sent
    kept = check(BytesIO(sent + b"<?php echo 1;"), "casa.jpg").content
    for secret in (b"Exif", b"Ana", b"casa", b"<?php"):
        assert secret not in kept
    assert Image.open(BytesIO(kept)).size == (8, 6)


def test_a_photograph_taken_upright_stays_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = check(BytesIO(files.picture("JPEG", exif=exif)), "a.jpg").content
    assert Image.open(BytesIO(kept)).size == (6, 8)


def test_a_small_file_of_many_pixels_is_refused(settings: Any) -> None:
    settings.ATTACHMENT_MAX_PIXELS = 1_000
    assert "pixels" in refusal(files.picture("PNG", (40, 40)), "a.png")


def test_more_than_twenty_five_megapixels_are_too_many() -> None:
    picture = BytesIO()
    Image.new("1", (5_001, 5_000)).save(picture, "PNG")
    assert "pixels" in refusal(picture.getvalue(), "a.png")


def test_pictures_are_unpacked_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    running: list[int] = []
    unhindered = ImageOps.exif_transpose

    def slow(image: Image.Image) -> Image.Image:
        running.append(1)
        at_once.append(len(running))
        time.sleep(0.05)
        running.pop()
        return unhindered(image)

    monkeypatch.setattr(ImageOps, "exif_transpose", slow)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _n: check(BytesIO(files.picture()), "a.png"), range(3)))
    assert at_once == [1, 1, 1]


def test_webp_is_written_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    ways: list[Any] = []
    save = Image.Image.save

    def noted(self: Image.Image, fp: Any, form: str, **options: Any) -> None:
        ways.append(options.get("method"))
        save(self, fp, form, **options)

    content = files.picture("WEBP")
    monkeypatch.setattr(Image.Image, "save", noted)
    assert check(BytesIO(content), "a.webp").kind == "image/webp"
    assert ways == [2]


def test_moving_pictures_are_refused() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    assert "a.gif" in refusal(written.getvalue(), "a.gif")


def test_size_is_limited_and_zero_switches_that_off(settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 50
    assert "50" in refusal(files.pdf(b" " * 100), "a.pdf")
    settings.ATTACHMENT_MAX_BYTES = 0
    assert check(BytesIO(files.pdf(b" " * 100)), "a.pdf").size > 100
