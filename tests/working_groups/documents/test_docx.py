"""A version as a Word file: what a lawyer's word processor makes of it, and what comes back."""

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from consult.common.markup import canonical
from tests.factories import make_draft
from tests.working_groups.documents.conftest import LAST, RURAL
from tests.working_groups.documents.test_pdf import HOSTILE
from working_groups.documents import pandoc as pandoc_module
from working_groups.documents.reading import read_document
from working_groups.models import DraftPage, WorkingGroupPage

RICO = "groups/ia-trabajo/rico/versions/1"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Word:
    """A Word file, taken apart."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            self.parts = {name: parts.read(name) for name in parts.namelist()}
        self.body = ElementTree.fromstring(self.parts["word/document.xml"])

    def text(self, name: str) -> str:
        return words(ElementTree.fromstring(self.parts[f"word/{name}.xml"]))

    def paragraphs(self, *styles: str) -> list[tuple[str, str]]:
        """The paragraphs in these styles (their beginnings; none: in any), each with its words."""
        found = [(style_of(p), words(p)) for p in self.body.iter(f"{W}p")]
        return [(style, said) for style, said in found if not styles or style.startswith(styles)]

    def values(self, element: str, attribute: str) -> list[str]:
        return [e.get(f"{W}{attribute}", "") for e in self.body.iter(f"{W}{element}")]


def words(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def style_of(paragraph: Any) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(f"{W}val")


def got(client: Client, address: str) -> Word:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    return Word(response.content)


def test_one_language_keeps_its_outline_lists_tables_notes_and_references(
    client: Client, rich_draft: DraftPage
) -> None:
    word = got(client, f"/es/{RICO}/text.docx")
    assert word.paragraphs("Heading") == [
        ("Heading1", "1 Cursos"),
        ("Heading4", "Detalle"),
        ("Heading2", "1.1 Zonas rurales"),
        ("Heading1", "2 Vigencia"),
    ]
    assert word.values("ilvl", "val") == ["0", "1", "0"]
    assert word.paragraphs("TableCaption", "ColumnName", "RowName") == [
        ("TableCaption", "Metas"),
        ("ColumnName", "Meta"),
        ("ColumnName", "Años"),
        ("RowName", "Plazas"),
    ]
    assert len(list(word.body.iter(f"{W}tblHeader"))) == 1
    assert len(list(word.body.iter(f"{W}footnoteReference"))) == 2
    assert "Primera nota, enlace." in word.text("footnotes")
    anchors = [a for a in word.values("hyperlink", "anchor") if a]
    assert anchors == [f"s-{RURAL}", f"s-{LAST}"]
    assert set(anchors) <= set(word.values("bookmarkStart", "name"))
    assert set(word.values("lang", "val")) == {"es-MX"}


def test_one_language_says_what_it_is(client: Client, rich_draft: DraftPage) -> None:
    version = rich_draft.current_version
    assert version is not None
    word = got(client, f"/es/{RICO}/text.docx")
    assert word.paragraphs("Title") == [("Title", "Formación & <derechos>")]
    # All that is not the text is in styles of our own.
    front = word.paragraphs()[1 : word.paragraphs().index(("Heading1", "1 Cursos"))]
    assert {style for style, _words in front} == {"ConsultaDato", "ConsultaLegal"}
    said = "\n".join(words for _style, words in front)
    for text in (version.digest, f"http://testserver/es/{RICO}/", "IA y trabajo", "jurídicos"):
        assert text in said
    assert "Formación & <derechos>" in word.text("header1")
    assert version.digest[:16] in word.text("footer1")
    assert "{" not in word.text("header1") + word.text("footer1")
    core = word.parts["docProps/core.xml"].decode()
    assert f"{version.published_at:%Y-%m-%dT%H:%M}" in core
    assert "<dc:creator>IA y trabajo</dc:creator>" in core


def test_what_is_not_translated_is_said_and_no_other_language_stands_for_it(
    client: Client, rich_draft: DraftPage
) -> None:
    word = got(client, f"/en/{RICO}/text.docx")
    assert [
        each for each in word.paragraphs() if not each[0].startswith(("Consulta", "Title"))
    ] == [
        ("Heading1", "1 Courses"),
        ("FirstParagraph", "See 1.1."),
        ("Heading2", "1.1 Rural areas"),
        ("Heading1", "2 "),
    ]
    assert (
        word.paragraphs("ConsultaAviso")
        == [("ConsultaAviso", "Not yet translated into English")] * 2
    )


def test_both_languages_follow_each_other_section_by_section(
    client: Client, rich_draft: DraftPage
) -> None:
    word = got(client, f"/es/{RICO}/both.docx")
    assert [heading for _style, heading in word.paragraphs("Heading1", "Heading2")] == [
        *("1 Cursos", "1 Courses"),
        *("1.1 Zonas rurales", "1.1 Rural areas"),
        *("2 Vigencia", "2 "),
    ]
    languages = {
        words(run): run.find(f"{W}rPr/{W}lang").get(f"{W}val")
        for run in word.body.iter(f"{W}r")
        if run.find(f"{W}rPr/{W}lang") is not None
    }
    assert languages["1 Cursos"] == languages["Fin."] == "es-MX"
    assert languages["1 Courses"] == languages["Training & <rights>"] == "en-US"
    anchors = [a for a in word.values("hyperlink", "anchor") if a]
    assert len(set(anchors)) == 3
    assert set(anchors) <= set(word.values("bookmarkStart", "name"))


def test_what_was_exported_comes_back_as_it_was(client: Client, group: WorkingGroupPage) -> None:
    bodies = [
        '<p>Véase <a linktype="section" uid="00000000-0000-0000-0000-000000000002">2</a>.</p>'
        "<ul><li><b>Uno</b></li><li>Dos<ul><li>Dentro</li></ul></li></ul><p>Y</p>"
        '<ul><li>Otro</li></ul><ol><li>A</li><li>B</li></ol><p>Y</p><ol start="3"><li>C</li></ol>',
        '<table><caption>T</caption><thead><tr><th scope="col">A</th><th scope="col">B</th></tr>'
        '</thead><tbody><tr><th scope="row">c</th><td>d<small>Nota.</small></td></tr></tbody>'
        '</table><p><a href="/es/evidence/x/">aquí</a>, <a href="https://example.org/">allá</a></p>',
        "<h3>Detalle</h3><p>H<sub>2</sub>O <i>y <b>más</b></i>.</p><h4>Menor</h4><p>x</p>",
    ]
    draft = make_draft(
        group,
        "rico",
        heading_es="Un título",
        sections=[
            {
                "uid": f"00000000-0000-0000-0000-00000000000{place}",
                "level": min(place, 2),
                "heading_es": f"Parte {place}",
                "body_es": body,
            }
            for place, body in enumerate(bodies, start=1)
        ],
    )
    read = read_document("rico.docx", got(client, f"/es/{RICO}/text.docx").data)
    assert (read.title, read.summary, read.language) == ("Un título", "", "es")
    version = draft.current_version
    assert version is not None

    def plain(body: str) -> str:
        # A reference is to a section of the file as long as it is not imported.
        return re.sub(r'<a (?:href="#|linktype="section")[^>]*>([\d.]+)</a>', r"→\1", body)

    assert [(s.number, s.level, s.heading, plain(s.body)) for s in read.sections] == [
        (s.number, s.level, s.heading_es, plain(canonical(s.body_es)))
        for s in version.sections.all()
    ]


def test_nothing_that_was_typed_is_markup(client: Client, group: WorkingGroupPage) -> None:
    heading = '{digest} <w:p> & "{title}" 😀'
    sections = [{"heading_es": heading, "body_es": f"<p>{HOSTILE}{'a' * 10_000}</p>"}]
    make_draft(group, "rico", heading_es=heading, sections=sections)
    word = got(client, f"/es/{RICO}/text.docx")
    assert word.paragraphs("Title", "Heading") == [
        ("Title", heading),
        ("Heading1", f"1 {heading}"),
    ]
    ((_style, text),) = word.paragraphs("FirstParagraph")
    assert text.startswith(r'#import "x": * #panic("no") $a^2$ \u{41} \ *b* _c_ `d` // e')
    assert text.endswith("a" * 10_000)
    assert heading in word.text("header1")


def test_a_file_that_cannot_be_made_is_excused(
    client: Client, draft: DraftPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pandoc_module, "SECONDS", 0.001)
    response = client.get("/en/groups/ia-trabajo/formacion/versions/1/both.docx")
    assert response.status_code == 503
    assert "This file cannot be made right now" in response.text
