"""`manage.py import_draft` with Word and Markdown files."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tests.working_groups.documents import word
from tests.working_groups.documents.word import docx, heading, paragraph
from working_groups.models import DraftPage, WorkingGroupPage

SPANISH = """# Política de IA

De qué trata.

## 1. Alcance

Toda persona recibirá formación. Ver [las zonas](#zonas-rurales).

### 1.1 Zonas rurales

La sierra va primero.

## 2. Vigencia

Desde el 1 de enero de 2028.
"""
ENGLISH = """# Policy on AI

## 1. Scope

Everyone shall receive training. See [the areas](#rural-areas).

### 1.1 Rural areas

The mountains come first.

## 2. Term

From 1 January 2028.
"""


def run(folder: Path, *files: str | bytes, **options: Any) -> str:
    """What the command says to one file, or to two."""
    paths = []
    for number, content in enumerate(files):
        is_word = isinstance(content, bytes) and content.startswith(b"PK")
        path = folder / f"borrador-{number}.{'docx' if is_word else 'md'}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    out = StringIO()
    if len(paths) == 2:
        options["other"] = paths[1]
    with translation.override("en"):
        call_command("import_draft", str(paths[0]), stdout=out, **options)
    return out.getvalue()


def refused(folder: Path, *files: str | bytes, **options: Any) -> str:
    drafts = DraftPage.objects.count()
    with pytest.raises(CommandError) as error:
        run(folder, *files, **options)
    assert DraftPage.objects.count() == drafts
    return str(error.value)


def wording(draft: DraftPage) -> list[tuple[str, str, str]]:
    return [(s.number, s.heading_es, s.heading_en) for s in draft.current_version.sections.all()]


def test_both_languages_become_one_draft(group: WorkingGroupPage, tmp_path: Path) -> None:
    said = run(tmp_path, ENGLISH, SPANISH, publish=True)
    draft = DraftPage.objects.get()
    assert (draft.slug, draft.heading_es, draft.heading_en) == (
        "politica-de-ia",
        "Política de IA",
        "Policy on AI",
    )
    assert (draft.summary_es, draft.group) == ("De qué trata.", group)
    assert wording(draft) == [
        ("1", "Alcance", "Scope"),
        ("1.1", "Zonas rurales", "Rural areas"),
        ("2", "Vigencia", "Term"),
    ]
    first, second, _third = draft.current_version.sections.all()
    reference = f'(<a linktype="section" uid="{second.uid}">1.1</a>)'
    assert first.body_es == (f"<p>Toda persona recibirá formación. Ver las zonas {reference}.</p>")
    assert first.body_en == f"<p>Everyone shall receive training. See the areas {reference}.</p>"
    assert "borrador-1.md: The paragraph before the first heading became the summary." in said


def test_the_next_text_of_a_draft_keeps_its_sections(
    group: WorkingGroupPage, tmp_path: Path
) -> None:
    run(tmp_path, SPANISH, ENGLISH, publish=True)
    draft = DraftPage.objects.get()
    uids = {section.heading_es: section.uid for section in draft.sections.all()}
    said = run(
        tmp_path,
        "# Política de IA\n\n## Vigencia\n\nDesde 2029.\n\n## Alcance general\n\n"
        "Toda persona recibirá formación. Siempre.\n\n## Multas\n\nNinguna.\n",
        publish=True,
    )
    assert "No longer in the draft: “Rural areas”." in said
    draft = DraftPage.objects.get()
    sections = draft.current_version.sections.all()
    assert [(s.heading_es, s.heading_en, s.body_es) for s in sections] == [
        ("Vigencia", "Term", "<p>Desde 2029.</p>"),
        ("Alcance general", "Scope", "<p>Toda persona recibirá formación. Siempre.</p>"),
        ("Multas", "", "<p>Ninguna.</p>"),
    ]
    assert [s.uid for s in sections][:2] == [uids["Vigencia"], uids["Alcance"]]
    assert sections[2].uid not in uids.values()
    assert draft.current_version.number == 2


def test_a_translation_comes_later(group: WorkingGroupPage, tmp_path: Path) -> None:
    run(tmp_path, SPANISH, publish=True)
    said = run(
        tmp_path,
        ENGLISH.replace("## 2. Term", "## 2. Money\n\nNobody knows.\n\n## 3. Term"),
        slug="politica-de-ia",
        publish=True,
    )
    draft = DraftPage.objects.get()
    assert wording(draft) == [
        ("1", "Alcance", "Scope"),
        ("1.1", "Zonas rurales", "Rural areas"),
        ("2", "Vigencia", "Term"),
    ]
    assert draft.heading_es == "Política de IA"
    assert "In English only, and so left out: “Money”." in said


def test_a_word_file_says_what_it_cannot_keep(group: WorkingGroupPage, tmp_path: Path) -> None:
    said = run(
        tmp_path,
        docx(
            paragraph("Política", style="Ttulo"),
            heading("Alcance"),
            paragraph("Con nota", word.note(1), word.picture()),
            notes=[paragraph("Al pie.")],
        ),
    )
    draft = DraftPage.objects.get()
    assert not draft.live
    assert draft.sections.get().body_es == "<p>Con nota<small>Al pie.</small></p>"
    assert "borrador-0.docx: “Alcance”: 1 picture was left out (“Un mapa”)." in said


def test_what_one_language_has_alone_is_said(group: WorkingGroupPage, tmp_path: Path) -> None:
    said = run(tmp_path, SPANISH, ENGLISH.partition("## 2")[0])
    assert "In Spanish only: “Vigencia”." in said
    assert DraftPage.objects.get().sections.count() == 3


def test_what_cannot_be_a_draft_is_refused(group: WorkingGroupPage, tmp_path: Path) -> None:
    assert "needs its text in Spanish" in refused(tmp_path, ENGLISH)
    assert "in one language" in refused(tmp_path, SPANISH, SPANISH)
    assert "no headings" in refused(tmp_path, "Texto.")
    with pytest.raises(CommandError, match=r"nada\.docx"):
        call_command("import_draft", "nada.docx")


def test_the_language_can_be_said(group: WorkingGroupPage, tmp_path: Path) -> None:
    short = "# A\n\n# B\n"
    run(tmp_path, short, short, language="en")
    assert [s.heading_en for s in DraftPage.objects.get().sections.all()] == ["A", "B"]
