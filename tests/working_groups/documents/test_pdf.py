"""A version as PDF: what stands on paper, and what a screen reader is told."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import translation

from tests.factories import make_draft
from tests.working_groups.documents.conftest import COURSES, LAST, RURAL
from tests.working_groups.documents.pdfs import (
    bookmarks,
    elements,
    headings,
    links,
    opened,
    places,
    squeezed,
    words,
)
from working_groups.documents import files, pdf as pdf_module
from working_groups.models import DraftPage, WorkingGroupPage

RICO = "groups/ia-trabajo/rico/versions/1"


def got(client: Client, address: str) -> pikepdf.Pdf:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return opened(response.content)


def test_one_language_is_tagged_from_title_to_footnote(
    client: Client, rich_draft: DraftPage
) -> None:
    pdf = got(client, f"/es/{RICO}/text.pdf")
    assert str(pdf.Root.Lang) == "es-MX"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert about["dc:title"] == "Formación & <derechos>"
        assert about["dc:creator"] == ["IA y trabajo"]
    assert headings(pdf) == [
        ("H1", "1 Cursos"),
        ("H2", "Detalle"),
        ("H2", "1.1 Zonas rurales"),
        ("H1", "2 Vigencia"),
    ]
    assert bookmarks(pdf) == ["1 Cursos", "1.1 Zonas rurales", "2 Vigencia"]
    tags = [tag for tag, _element in elements(pdf)]
    counted = {tag: tags.count(tag) for tag in ("L", "LI", "BlockQuote", "Caption", "TH", "Note")}
    assert counted == {"L": 2, "LI": 3, "BlockQuote": 1, "Caption": 1, "TH": 2, "Note": 2}
    numbering = [str(e.A[0].ListNumbering) for tag, e in elements(pdf) if tag == "L"]
    assert numbering == ["/Decimal", "/Circle"]


def test_one_language_says_what_it_is_and_where_it_leads(
    client: Client, rich_draft: DraftPage
) -> None:
    version = rich_draft.current_version
    assert version is not None
    pdf = got(client, f"/es/{RICO}/text.pdf")
    printed = words(pdf)
    for text in (
        "Consulta IA y trabajo",
        "Formación & <derechos>",
        version.digest,
        f"{version.published_at.astimezone().year}",
        f"http://testserver/es/{RICO}/",
        "Sin efectos jurídicos: ley.",
        "3. Tres",
        "Primera nota, enlace.",
        "Segunda.",
    ):
        assert squeezed(text) in printed
    found = links(pdf)
    assert {f"s-{RURAL}", f"s-{LAST}"} <= places(pdf) & set(found)
    assert {"https://example.org/ley", "https://example.org/n"} <= set(found)
    assert found.count(f"http://testserver/es/{RICO}/") == 1
    # The mark of each of two notes leads to it, and it back.
    assert len([target for target in found if not target]) == 4


def test_both_languages_stand_side_by_side_each_with_its_language(
    client: Client, rich_draft: DraftPage
) -> None:
    pdf = got(client, f"/en/{RICO}/both.pdf")
    assert str(pdf.Root.Lang) == "en-US"
    assert headings(pdf) == [
        ("H1", "1 Courses"),
        ("H1", "1 Cursos"),
        ("H2", "Detalle"),
        ("H2", "1.1 Rural areas"),
        ("H2", "1.1 Zonas rurales"),
        ("H1", "2 Vigencia"),
    ]
    assert bookmarks(pdf) == ["1 Courses", "1.1 Rural areas", "2 Vigencia"]
    spanish = [e for tag, e in elements(pdf) if tag == "Div" and e.get("/Lang") == "es-MX"]
    assert len(spanish) == 3
    assert {f"s-{RURAL}", f"s-{RURAL}-es", f"s-{LAST}-es"} <= places(pdf) & set(links(pdf))
    assert f"s-{COURSES}" in places(pdf)
    printed = words(pdf)
    # The text of one section, and heading and text of another, are not there in English.
    assert printed.count(squeezed("Not yet translated into English")) == 2
    assert printed.count(squeezed("Vigencia")) == 1
    assert printed.count(squeezed("Primera nota")) == printed.count(squeezed("A note.")) == 1


def test_what_is_not_translated_is_said_and_stands_in_the_other_language(
    client: Client, rich_draft: DraftPage
) -> None:
    pdf = got(client, f"/en/{RICO}/text.pdf")
    printed = words(pdf)
    assert printed.count(squeezed("Not yet translated into English")) == 2
    assert squeezed("2 Vigencia") in printed
    assert squeezed("Al publicarse.") in printed
    marked = pdf.pages[0].Contents.read_bytes() + b"".join(
        str(e.get("/Lang", "")).encode() for _tag, e in elements(pdf)
    )
    assert b"es-MX" in marked


HOSTILE = (
    r'#import "x": * #panic("no") $a^2$ \u{41} \ *b* _c_ `d` // e /* f */ @g &lt;h&gt; [i] {j} '
    "\u202eRTL\u202c\u200f 😀 漢字 1\ufe0f\u20e3 ꞌɨ &#1;"
)


def test_nothing_that_was_typed_is_code(client: Client, group: WorkingGroupPage) -> None:
    table = (
        '<table><tr><td colspan="99">a</td></tr><tr><td rowspan="9">b</td><th>c</th></tr></table>'
    )
    deep = "<blockquote><ul><li>" * 30 + "hondo" + "</li></ul></blockquote>" * 30
    notes = "<p>x<small>uno <small>dos</small></small></p><small></small><table></table>"
    odd = '<ol start="99999999999999999999"><li></li></ol><a href="">vacío</a><h5>cinco</h5>'
    make_draft(
        group,
        "rico",
        heading_es='#import "x": $y$ 😀',
        sections=[
            {
                "heading_es": r"#let x = \ *a* $",
                "body_es": f"<p>{HOSTILE}</p><p>{'a' * 10_000}</p>{table}{deep}{notes}{odd}",
            }
        ],
    )
    pdf = got(client, f"/es/{RICO}/text.pdf")
    assert headings(pdf) == [("H1", r"1 #let x = \ *a* $"), ("H2", "cinco")]
    printed = words(pdf)
    for text in (
        '#import "x": * #panic("no") $a^2$',
        r"\u{41} \ *b* _c_ `d` // e /* f */ @g <h> [i] {j}",
        "[U+1F600]",
        "[U+6F22][U+5B57] 1",
        "ꞌɨ",
        "hondo",
        "uno [dos]",
        "vacío",
    ):
        assert squeezed(text) in printed
    # The endless word is there, and does not run off the page.
    assert printed.count("a") > 10_000
    assert len(pdf.pages) > 2


def test_a_long_draft_begins_with_its_contents(client: Client, group: WorkingGroupPage) -> None:
    sections = [{"heading_es": f"Parte {place}", "body_es": "<p>x</p>"} for place in range(1, 10)]
    make_draft(group, "rico", sections=sections)
    pdf = got(client, f"/es/{RICO}/text.pdf")
    with translation.override("es"):
        contents = translation.gettext("Contents")
    assert headings(pdf)[:2] == [("H1", contents), ("H1", "1 Parte 1")]
    assert [tag for tag, _e in elements(pdf)].count("TOCI") == 9


@pytest.mark.parametrize("name", ["text.pdf", "both.pdf", "text.docx", "both.docx", "print/"])
def test_only_versions_of_published_drafts_can_be_had(
    client: Client, group: WorkingGroupPage, draft: DraftPage, name: str
) -> None:
    hidden = make_draft(group, "oculto")
    hidden.unpublish()
    for address in (
        f"/es/groups/ia-trabajo/formacion/versions/2/{name}",
        f"/es/groups/ia-trabajo/formacion/versions/0/{name}",
        f"/es/groups/ia-trabajo/formacion/versions/{'9' * 30}/{name}",
        f"/es/groups/otra/formacion/versions/1/{name}",
        f"/es/groups/ia-trabajo/oculto/versions/1/{name}",
    ):
        assert client.get(address).status_code == 404


# --- Keeping --------------------------------------------------------------------------------------


@pytest.fixture
def kept(settings) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "versions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    caches["versions"].clear()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are made instead of PDFs, in order."""
    pieces: list[str] = []

    def make(edition) -> bytes:
        pieces.append("-".join(edition.codes))
        return b"%PDF " + pieces[-1].encode()

    monkeypatch.setitem(files.MAKERS, "pdf", make)
    return pieces


def test_a_file_is_made_once_and_named(
    client: Client, draft: DraftPage, kept: None, made: list[str]
) -> None:
    here = "groups/ia-trabajo/formacion/versions/1"
    for name, codes in (("text", "es"), ("both", "es-en")):
        for _time in range(2):
            response = client.get(f"/es/{here}/{name}.pdf")
            assert response.content == f"%PDF {codes}".encode()
            assert response["Content-Disposition"] == f'inline; filename="formacion-v1-{codes}.pdf"'
    client.get(f"/en/{here}/text.pdf")
    assert made == ["es", "es-en", "en"]
    again = client.get(f"/es/{here}/text.pdf", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, len(made)) == (200, 3)
    again = client.get(f"/es/{here}/both.pdf", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_is_made_anew_when_what_is_said_around_the_text_changes(
    client: Client, draft: DraftPage, kept: None, made: list[str]
) -> None:
    address = "/es/groups/ia-trabajo/formacion/versions/1/text.pdf"
    tags = {client.get(address)["ETag"]}
    draft.legal_note_es = "<p>Otra nota.</p>"
    draft.save_revision().publish()
    tags.add(client.get(address)["ETag"])
    draft = DraftPage.objects.get(pk=draft.pk)
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Otras palabras.</p>"
    draft.sections = sections
    draft.change_note_es = draft.change_note_en = "x"
    draft.save_revision().publish()
    # It is now the first of two.
    tags.add(client.get(address)["ETag"])
    assert (len(tags), len(made)) == (3, 3)


def test_a_file_that_cannot_be_made_is_excused_and_not_tried_again_at_once(
    client: Client,
    draft: DraftPage,
    kept: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = tmp_path / "draft.typ"
    broken.write_text("#panic()")
    monkeypatch.setattr(pdf_module, "TEMPLATE", broken)
    here = "/en/groups/ia-trabajo/formacion/versions/1"
    with caplog.at_level(logging.ERROR):
        responses = [client.get(f"{here}/text.pdf") for _time in range(2)]
    for response in responses:
        assert response.status_code == 503
        assert int(response["Retry-After"]) == files.AGAIN_AFTER
        assert "This file cannot be made right now" in response.text
        assert f'href="{here}/print/"' in response.text
    assert len([r for r in caplog.records if r.exc_info and "panicked" in str(r.exc_info[1])]) == 1


def test_typesetting_that_does_not_end_is_ended(
    client: Client, draft: DraftPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_module, "SECONDS", 0.01)
    response = client.get("/en/groups/ia-trabajo/formacion/versions/1/text.pdf")
    assert response.status_code == 503
    assert "in ten minutes" in response.text


def test_who_asks_while_a_file_is_being_made_gets_that_file(
    kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[float] = []

    def make(edition: Any) -> bytes:
        begun.append(time.monotonic())
        time.sleep(0.2)
        return b"%PDF"

    monkeypatch.setitem(files.MAKERS, "pdf", make)
    edition: Any = SimpleNamespace(fingerprint="one")
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _n: files.file_of(edition, "pdf"), range(4)))
    assert (found, len(begun)) == ([b"%PDF"] * 4, 1)
