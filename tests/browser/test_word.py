"""A draft that leaves as a Word file, goes through LibreOffice and comes back is the same draft."""

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import Page

from tests.browser.test_accessibility import WCAG_2_2_AA
from tests.working_groups.documents import word
from tests.working_groups.documents.word import cell, docx, heading, paragraph, run, table
from working_groups.documents.reading import read_document

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FLAGSHIP = "groups/ia-trabajo/formacion-digital-trabajo-ia"
UID = re.compile(r'uid="[0-9a-f-]{36}"')


def through_libreoffice(data: bytes, folder: Path) -> bytes:
    """The Word file `data` as LibreOffice saves it once it was one of its own."""
    assert shutil.which("soffice"), "LibreOffice is not installed: make tools"
    file = folder / "draft.docx"
    file.write_bytes(data)
    for kind, source in (("odt", "draft.docx"), ("docx:MS Word 2007 XML", "draft.odt")):
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder / 'profile'}",
                "--headless",
                *("--convert-to", kind, "--outdir", str(folder), str(folder / source)),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
    return file.read_bytes()


def rows(var: Path, query: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(var / "consult.sqlite3")) as database:
        return database.execute(query, values).fetchall()


def latest_text(var: Path, slug: str) -> list[tuple[str, ...]]:
    """The sections of the draft's current version; references by the numbers that they say."""
    found = rows(
        var,
        "SELECT s.number, s.level, s.heading_es, s.heading_en, s.body_es, s.body_en"
        " FROM working_groups_versionsection s"
        " JOIN working_groups_version v ON v.id = s.version_id"
        " JOIN wagtailcore_page p ON p.id = v.draft_id WHERE p.slug = ? AND v.number ="
        " (SELECT max(number) FROM working_groups_version WHERE draft_id = p.id)"
        " ORDER BY s.sort_order",
        slug,
    )
    return [tuple(UID.sub("", str(value)) for value in row) for row in found]


def sign_in(page: Page) -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", "chair1")
    page.fill("#id_password", "consulta-demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")


def choose_files(page: Page, target: int, files: dict[str, bytes]) -> None:
    """Send Word files to the first screen of an import into a group or a draft."""
    page.goto(f"/admin/drafts/import/{target}/")
    for field, data in files.items():
        page.set_input_files(
            f"[name={field}]", {"name": f"{field}.docx", "mimeType": KIND, "buffer": data}
        )
    page.press("main form [type=submit]", "Enter")


def page_named(var: Path, slug: str) -> int:
    ((pk,),) = rows(var, "SELECT id FROM wagtailcore_page WHERE slug = ?", slug)
    return pk


def test_the_demonstration_comes_back_from_libreoffice(
    page_no_js: Page, site: str, var: Path, tmp_path: Path
) -> None:
    """On a small telephone without script, by keyboard: exported, saved anew, brought in, published."""
    page = page_no_js
    ((number,),) = rows(
        var,
        "SELECT max(v.number) FROM working_groups_version v"
        " JOIN wagtailcore_page p ON p.id = v.draft_id WHERE p.slug = ?",
        FLAGSHIP.rpartition("/")[2],
    )
    files = {}
    for field, code in (("spanish", "es"), ("english", "en")):
        made = requests.get(f"{site}/{code}/{FLAGSHIP}/versions/{number}/text.docx", timeout=60)
        made.raise_for_status()
        (tmp_path / code).mkdir()
        files[field] = through_libreoffice(made.content, tmp_path / code)
    sign_in(page)
    choose_files(page, page_named(var, "ia-trabajo"), files)
    page.press("[name=save]", "Enter")
    page.wait_for_url("**/edit/")
    pk = page.url.rstrip("/").split("/")[-2]
    page.goto(f"/admin/bulk/wagtailcore/page/publish/?id={pk}&next=/admin/")
    page.press("main form [type=submit]", "Enter")
    page.wait_for_url("**/admin/")
    ((slug,),) = rows(var, "SELECT slug FROM wagtailcore_page WHERE id = ?", pk)
    assert slug != FLAGSHIP.rpartition("/")[2]
    assert latest_text(var, slug) == latest_text(var, FLAGSHIP.rpartition("/")[2])


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_screens(page: Page, var: Path, color_scheme: Any) -> None:
    """A text that changes, removes and adds sections, and is in English in a part."""
    page.emulate_media(color_scheme=color_scheme)
    page.set_viewport_size({"width": 320, "height": 900})
    sign_in(page)
    draft = page_named(var, FLAGSHIP.rpartition("/")[2])
    found = []
    for files in (
        {},
        {"spanish": b"%PDF"},
        {
            "spanish": docx(
                *(heading("Objeto y alcance"), paragraph("Otra cosa.", word.note(1))),
                *(heading("Multas"), paragraph(word.picture())),
                notes=[paragraph("Nota ", word.link("al pie"))],
            ),
            "english": docx(heading("Scope"), heading("Funding")),
        },
    ):
        choose_files(page, draft, files)
        page.wait_for_selector(".import-pairs" if "english" in files else ".error-message")
        found += [
            f"{page.title()} {violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in Axe().run(page, options=WCAG_2_2_AA).response["violations"]
            for node in violation["nodes"]
        ]
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert not found, "\n".join(found)


@pytest.mark.parametrize("hands", ["Word", "LibreOffice"])
def test_a_file_written_by_hand(hands: str, tmp_path: Path) -> None:
    """Nested lists, a table with spans, notes, tracked changes: kept; the rest is said."""
    data = docx(
        paragraph("Política de IA", style="Ttulo"),
        heading("1. Alcance", bookmark="_Ref1"),
        paragraph(
            "Son ", word.inserted("muy "), word.deleted("poco "), run("nuevos."), word.note(1)
        ),
        paragraph("uno", item=0),
        paragraph("dentro", item=1),
        paragraph("más", item=2, numbered=True),
        paragraph("dos", item=0),
        heading("1.1 Zonas", 2),
        table(
            [cell("Nivel"), cell("Horas")],
            [cell("Todos", gridSpan="2")],
            [cell("Básico", vMerge="restart"), cell("20")],
            [cell("", vMerge="continue"), cell("40")],
        ),
        paragraph("Véase ", word.field("REF _Ref1 \\r \\h", "1"), " y ", word.link("el informe")),
        paragraph(word.text_box("Solo en la caja"), word.picture()),
        paragraph(word.commented("Dudoso.")),
        notes=[paragraph("Nota ", run("al pie", i=True)) + paragraph("Sigue.")],
    )
    if hands == "LibreOffice":
        data = through_libreoffice(data, tmp_path)
    with translation.override("en"):
        found = read_document("draft.docx", data)
    assert (found.title, [(s.number, s.heading, s.body) for s in found.sections]) == (
        "Política de IA",
        [
            (
                "1",
                "Alcance",
                "<p>Son muy nuevos.<small>Nota <i>al pie</i> Sigue.</small></p>"
                "<ul><li>uno<ul><li>dentro<ol><li>más</li></ol></li></ul></li><li>dos</li></ul>",
            ),
            (
                "1.1",
                "Zonas",
                '<table><thead><tr><th scope="col">Nivel</th><th scope="col">Horas</th></tr></thead>'
                '<tbody><tr><td colspan="2">Todos</td></tr><tr><td rowspan="2">Básico</td>'
                "<td>20</td></tr><tr><td>40</td></tr></tbody></table>"
                '<p>Véase <a href="#section-alcance">1</a> y '
                '<a href="https://example.org/informe?a=1&amp;b=2">el informe</a></p>'
                "<p>Dudoso.</p>",
            ),
        ],
    )
    assert found.losses == [
        "1 tracked insertion was accepted.",
        "1 tracked deletion was accepted.",
        "“1.1 Zonas”: 1 piece of text, in a box perhaps, was left out (“Solo en la caja”).",
        "“1.1 Zonas”: 1 comment in the margin was left out.",
        "“1.1 Zonas”: 1 picture was left out (“Un mapa”).",
    ]
