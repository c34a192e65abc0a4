"""Drafts from Markdown, and files that are none: each is told apart in a sentence."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings as hypothesis_settings, strategies as st

from consult.common.importing import ImportRefused
from tests.working_groups.documents import word
from tests.working_groups.documents.word import docx, heading, packed, paragraph, parts
from working_groups.documents import pandoc as pandoc_module, word as word_module
from working_groups.documents.reading import ReadDocument, read_document


def read(text: str, name: str = "borrador.md", language: str | None = None) -> ReadDocument:
    with translation.override("en"):
        return read_document(name, text.encode(), language)


def refusal(name: str, data: bytes) -> str:
    """The one sentence on a file that is refused."""
    with translation.override("en"), pytest.raises(ImportRefused) as refused:
        read_document(name, data)
    (sentence,) = refused.value.problems
    return sentence


# --- Markdown ------------------------------------------------------------------------------------


def test_markdown_becomes_sections() -> None:
    found = read(
        "# Política de IA\n\nDe qué *trata*.\n\n"
        "## Alcance\n\nPara **toda** persona[^a].\n\n[^a]: Sin excepción.\n\n    Ni plazo.\n\n"
        "### Zonas rurales\n\n- uno\n    1. dentro\n- dos\n\n> Cita\n\n"
        "| Nivel | Horas |\n|---|---|\n| Básico | 20 |\n\n"
        "## Vigencia\n\nVer [las zonas](#zonas-rurales) y [Alcance].\n"
    )
    assert (found.title, found.summary, found.language) == ("Política de IA", "De qué trata.", "es")
    assert [(s.level, s.heading, s.body) for s in found.sections] == [
        (1, "Alcance", "<p>Para <b>toda</b> persona<small>Sin excepción. Ni plazo.</small>.</p>"),
        (
            2,
            "Zonas rurales",
            "<ul><li>uno<ol><li>dentro</li></ol></li><li>dos</li></ul><blockquote>Cita</blockquote>"
            '<table><thead><tr><th scope="col">Nivel</th><th scope="col">Horas</th></tr></thead>'
            "<tbody><tr><td>Básico</td><td>20</td></tr></tbody></table>",
        ),
        (
            1,
            "Vigencia",
            '<p>Ver las zonas (<a href="#section-zonas-rurales">1.1</a>) '
            'y Alcance (<a href="#section-alcance">1</a>).</p>',
        ),
    ]


@pytest.mark.parametrize(
    "text, title",
    [
        ("---\ntitle: Del *encabezado*\n---\n# Uno\n\n# Dos\n", "Del encabezado"),
        ("---\ntitle: Uno\n---\n# Uno\n\n## Dos\n", "Uno"),
        ("# Uno\n\n## Dos\n", "Uno"),
        ("# Uno\n\n# Dos\n", ""),
        ("Antes.\n\n# Uno\n\n## Dos\n", ""),
        ("## Uno\n", ""),
    ],
)
def test_where_the_title_is(text: str, title: str) -> None:
    assert read(text).title == title


def test_levels_begin_at_the_first_and_none_is_skipped() -> None:
    found = read("## Uno\n\n#### Dos\n\n#### Tres\n\n##### Cuatro\n\n## Cinco\n")
    assert [(s.level, s.heading) for s in found.sections] == [
        (1, "Uno"), (2, "Dos"), (2, "Tres"), (1, "Cinco"),
    ]  # fmt: skip
    assert found.sections[2].body == "<h3>Cuatro</h3>"


@pytest.mark.parametrize(
    "headings, expected",
    [
        (["1. Uno", "2. Dos"], [("1", "Uno"), ("2", "Dos")]),
        (["1 Uno", "2.- Dos", "3) Tres"], [("1", "Uno"), ("2", "Dos"), ("3", "Tres")]),
        (["1. Uno", "Entre", "2. Dos"], [("1", "Uno"), ("", "Entre"), ("2", "Dos")]),
        # A leap is the author's, and stays to be seen.
        (["1. Uno", "2. Dos", "7. Siete"], [("1", "Uno"), ("2", "Dos"), ("", "7. Siete")]),
        # Neither years nor counts are numbers of sections.
        (["2027 en cifras", "Uno"], [("", "2027 en cifras"), ("", "Uno")]),
        (["1 de mayo", "Uno"], [("", "1 de mayo"), ("", "Uno")]),
        (["Artículo 3. Uno", "II. Dos"], [("3", "Artículo 3. Uno"), ("2", "II. Dos")]),
        (["Chapter IV", "Visión"], [("4", "Chapter IV"), ("", "Visión")]),
    ],
)
def test_typed_numbers(headings: list[str], expected: list[tuple[str, str]]) -> None:
    found = read("\n\n".join(f"# {each}" for each in headings).replace("3)", "3\\)"))
    assert [(s.number, s.heading) for s in found.sections] == expected


def test_numbers_that_change_are_said() -> None:
    found = read(
        "Antes [^1].\n\n[^1]: Nota.\n\n# 1. Uno\n\nVer [1](#uno).\n\n## 1.1 Dos\n\n# 2. Tres\n"
    )
    assert [s.heading for s in found.sections] == ["Introducción", "Uno", "Dos", "Tres"]
    assert found.losses == [
        "The text before the first heading became a section of its own.",
        "3 sections get other numbers than in the file"
        " (“Uno: 1 → 2”, “Dos: 1.1 → 2.1”, “Tres: 2 → 3”).",
    ]
    assert found.sections[1].body == '<p>Ver <a href="#section-uno">2</a>.</p>'


def test_a_text_before_the_first_heading_is_the_summary_or_a_section() -> None:
    short = read("De qué trata.\n\n# Uno\n\n# Dos\n")
    assert (short.summary, len(short.sections)) == ("De qué trata.", 2)
    for before in (
        "It is about the training of people. " * 30,
        "Uno.\n\nDos.",
        "Ver <https://example.org>.",
    ):
        long = read(f"{before}\n\n# Uno\n\n# Dos\n", language="en")
        assert (long.summary, long.sections[0].heading) == ("", "Introduction")
        assert long.losses == ["The text before the first heading became a section of its own."]


def test_markup_of_other_kinds_stays_as_words() -> None:
    found = read(
        '# Uno\n\nDe $100 a $200, @ana, "x" -- y \\begin{x}.\n\n# Dos\n\n'
        "<!-- oculto -->Con <script>alert(1)</script> <b onclick=x>fuerza</b>"
        " [x](javascript:alert(1)) [y](otro.md)\n"
    )
    assert [s.body for s in found.sections] == [
        '<p>De $100 a $200, @ana, "x" -- y \\begin{x}.</p>',
        "<p>Con</p><p>fuerza x y</p>",
    ]
    assert found.losses == [
        "“Dos”: 2 pieces of HTML were left out (“<script>alert(1)</script>”, “<b onclick=x>”).",
        "“Dos”: 2 links that lead nowhere on the web were left out; their words stay (“x”, “y”).",
    ]


def test_links_as_on_github() -> None:
    found = read("# 1. Zonas rurales\n\n# 2. Más\n\nVer [aquí](#1-zonas-rurales).\n")
    assert found.sections[1].body == '<p>Ver aquí (<a href="#section-zonas-rurales">1</a>).</p>'


def test_the_language_may_be_given() -> None:
    assert read("# A\n\n# B\n", language="en").language == "en"
    assert read("# Scope\n\nThis is about the training of all people.\n").language == "en"


# --- What is refused ------------------------------------------------------------------------------


def zipped(**files: str) -> bytes:
    return packed({name: text.encode() for name, text in files.items()})


def with_part(name: str, data: bytes) -> bytes:
    return packed(parts(heading("Uno")) | {name: data})


def with_template(address: str) -> bytes:
    return with_part(
        "word/_rels/settings.xml.rels",
        word.relations(word.relation("r1", "attachedTemplate", address, external=True)),
    )


DOCUMENT = "word/document.xml"
DTD = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a PDF": ("a.docx", lambda: b"%PDF-1.7", "this is a PDF"),
    "a text": ("a.docx", lambda: b"hola", "not a Word file"),
    "nothing": ("a.docx", lambda: b"", "empty"),
    "RTF": ("a.docx", lambda: b"{\\rtf1 hola}", "RTF"),
    "an old Word file": ("a.doc", lambda: word_module.OLE + b"\0" * 600, "(.doc)"),
    "a protected file": (
        "a.docx",
        lambda: word_module.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "protected with a password",
    ),
    "a zip": ("a.docx", lambda: zipped(hola="hola"), "a zip file"),
    "OpenDocument": (
        "a.docx",
        lambda: packed({"mimetype": b"x", "content.xml": b"<x/>"}),
        "OpenDocument",
    ),
    "a workbook": (
        "a.docx",
        lambda: with_part("[Content_Types].xml", word.content_types("application/x-sheet")),
        "not a Word file",
    ),
    "half a file": ("a.docx", lambda: docx(heading("Uno"))[:900], "damaged"),
    "no text": ("a.docx", lambda: packed({**parts(), DOCUMENT: b""}), "damaged"),
    "not the part it names": (
        "a.docx",
        lambda: with_part("_rels/.rels", word.relations()),
        "not a Word file",
    ),
    "macros": ("a.docx", lambda: with_part("word/vbaProject.bin", b"x"), "macros"),
    "macros by type": (
        "a.docx",
        lambda: with_part(
            "[Content_Types].xml",
            word.content_types("application/vnd.ms-word.document.macroEnabled.main+xml"),
        ),
        "macros",
    ),
    "a template from the web": (
        "a.docx",
        lambda: with_template("https://example.org/x.dotm"),
        "https://example.org/x.dotm",
    ),
    "a template from a share": ("a.docx", lambda: with_template("\\\\host\\x.dotm"), "template"),
    "entities": (
        "a.docx",
        lambda: with_part(
            DOCUMENT, parts(heading("Uno"))[DOCUMENT].replace(b"<w:doc", DTD + b"<w:doc")
        ),
        "damaged",
    ),
    "a bomb": ("a.docx", lambda: with_part("word/media/a.png", b"\0" * 60_000_000), "unpack"),
    "a bomb of text": (
        "a.docx",
        lambda: with_part("word/footnotes.xml", b" " * 31_000_000),
        "unpack",
    ),
    "no headings": ("a.docx", lambda: docx(paragraph("Texto.")), "no headings"),
    "no words": ("a.docx", lambda: docx(), "no headings"),
    "Markdown without headings": ("a.md", lambda: b"Texto.", "no headings"),
    "empty Markdown": ("a.md", lambda: b"", "no headings"),
    "Latin-1": ("a.md", lambda: "# Año".encode("latin-1"), "UTF-8"),
    "broken YAML": ("a.md", lambda: b"---\ntitle: [\n---\n# Uno\n", "cannot be read"),
    "too deep": ("a.md", lambda: b"# Uno\n\n" + b"> " * 2_000 + b"x", "too deep"),
    "both languages in one": (
        "a.md",
        lambda: b"# 1 Uno\n\n# 1 One\n\n# 2 Dos\n\n# 2 Two\n",
        "one language",
    ),
    "another kind": ("a.odt", lambda: b"x", "ends in .docx or in .md"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_draft_gets_a_sentence(kind: str) -> None:
    name, data, said = REFUSED[kind]
    sentence = refusal(name, data())
    assert sentence.startswith(f"{name}: ")
    assert said in sentence


def test_a_template_of_ones_own_disk_is_no_danger() -> None:
    for address in ("Normal.dotm", "file:///C:\\Users\\Ana\\Templates\\Oficio.dotx"):
        assert read_document("a.docx", with_template(address)).sections


def test_limits_are_settings(settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 100
    assert "IMPORT_MAX_BYTES" in refusal("a.md", b"# Uno\n" * 50)
    settings.IMPORT_MAX_BYTES = 0
    settings.DRAFT_MAX_SECTIONS = 2
    assert "at most 2" in refusal("a.md", b"# Uno\n\n# Dos\n\n# Tres\n")
    settings.DRAFT_MAX_SECTIONS = 0
    assert len(read("# Uno\n\n" * 600).sections) == 600


def test_a_file_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc_module, "SECONDS", 0.001)
    assert "seconds" in refusal("a.md", b"# Uno\n\n" + b"*a* " * 100_000)


def test_a_name_that_leads_elsewhere_is_never_followed(tmp_path: Any) -> None:
    stream = io.BytesIO(docx(heading("Uno")))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("../../escaped.xml", "<x/>")
        archive.writestr("word/../../escaped.xml", "<x/>")
    assert read_document("a.docx", stream.getvalue()).sections
    assert not list(tmp_path.parent.rglob("escaped.xml"))


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever bytes are changed: never an error of another kind."""
    whole = bytearray(
        docx(heading("Uno"), paragraph("Texto", word.note(1)), notes=[paragraph("N")])
    )
    for place, value in data.draw(
        st.lists(
            st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=9
        )
    ):
        whole[place] = value
    with suppress(ImportRefused):
        read_document("a.docx", bytes(whole))
