"""Sections in pairs: two languages, and a draft with its next text."""

import json
from pathlib import Path

import pytest

from working_groups.documents.pairing import Pair, Side, continued, paired
from working_groups.documents.reading import ReadDocument, ReadSection, read_document

SHARED = Path(__file__).parents[4] / "shared/data"


def text(language: str, *headings: str) -> ReadDocument:
    """A document of headings, each `level heading | text`."""
    sections = []
    for heading in headings:
        level, _blank, rest = heading.partition(" ")
        name, _bar, body = rest.partition(" | ")
        number = name.split()[0] if name[0].isdigit() else ""
        sections.append(
            ReadSection(int(level), number, name.removeprefix(f"{number} "), f"<p>{body}</p>", name)
        )
    return ReadDocument("a.md", language, "", "", sections, [])


def places(pairs: list[Pair]) -> list[tuple[int | None, int | None]]:
    return [(pair.es, pair.en) for pair in pairs]


def test_the_same_outline_is_paired_in_order() -> None:
    spanish = text("es", "1 Alcance", "2 Zonas", "2 Sierra", "1 Vigencia")
    english = text("en", "1 Scope", "2 Areas", "2 Mountains", "1 Term")
    assert places(paired(spanish, english)) == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_typed_numbers_pair_what_stands_elsewhere() -> None:
    spanish = text("es", "1 1 Alcance", "1 2 Zonas", "1 4 Vigencia")
    english = text("en", "1 1 Scope", "1 2 Areas", "1 3 Money", "1 4 Term")
    assert places(paired(spanish, english)) == [(0, 0), (1, 1), (None, 2), (2, 3)]


def test_what_one_language_lacks_moves_nothing_else() -> None:
    spanish = text(
        "es",
        "1 Alcance | La educación digital de las personas trabajadoras.",
        "1 Presupuesto | En 2027 se invierten 30 millones.",
        "1 Vigencia | Entra en vigor el 1 de enero de 2028.",
    )
    english = text(
        "en",
        "1 Scope | Digital education of working persons.",
        "1 Term | In force from 1 January 2028.",
    )
    assert places(paired(spanish, english)) == [(0, 0), (1, None), (2, 1)]


def test_levels_tell_sections_apart() -> None:
    spanish = text("es", "1 Uno", "2 Dos", "1 Tres")
    english = text("en", "1 One", "1 Three")
    assert places(paired(spanish, english)) == [(0, 0), (1, None), (2, 1)]


def test_one_language_alone() -> None:
    assert places(paired(text("es", "1 Uno", "1 Dos"), None)) == [(0, None), (1, None)]
    assert places(paired(None, text("en", "1 One"))) == [(None, 0)]


def side(number: str, heading: str, body: str) -> Side:
    return Side(1, "", number, {"es": heading}, {"es": f"<p>{body}</p>"})


def test_a_draft_goes_on_with_its_next_text() -> None:
    training = "Toda persona recibirá formación gratuita en competencias digitales cada año"
    old = [
        side("1", "Alcance", "Esta política se aplica en todo el país"),
        side("2", "Formación de personas", "Otra cosa"),
        side("3", "Capacitación", training),
        side("4", "Presupuesto", "Treinta millones"),
    ]
    new = [
        # Renamed, its text worked on.
        side("1", "Enseñanza", training.replace("gratuita", "pública y gratuita")),
        # Renamed a little, at its number.
        side("2", "Formación de las personas", "Algo muy distinto de antes"),
        # Moved.
        side("3", "ALCANCE", "Esta política se aplica en todo el país"),
        side("4", "Sanciones", "Multas de mil pesos"),
    ]
    assert continued(new, old) == {0: 2, 1: 1, 2: 0}


def test_of_several_with_one_heading_the_text_decides() -> None:
    old = [side("1", "Objetivo", "De la sierra alta"), side("2", "Objetivo", "De la costa baja")]
    new = [side("1", "Objetivo", "De la costa baja"), side("2", "Objetivo", "De la sierra alta")]
    assert continued(new, old) == {0: 1, 1: 0}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here")
def test_real_texts_in_two_languages() -> None:
    """Articles read from their Markdown, whole and with a section lost on one side."""
    rows = (SHARED / "ai_governance_parallel/docs.jsonl").read_text("utf-8").splitlines()[::20]
    right = asked = 0
    for row in map(json.loads, rows):
        spanish, english = (
            read_document(f"{code}.md", row[code]["body"].encode(), code) for code in ("es", "en")
        )
        count = len(spanish.sections)
        assert places(paired(spanish, english)) == [(place, place) for place in range(count)]
        lost = len(row["id"]) % count
        del english.sections[lost]
        found = places(paired(spanish, english))
        right += sum((place, place - (place > lost)) in found for place in range(count)) - (
            (lost, lost) in found
        )
        asked += count - 1
    assert right >= 0.98 * asked
