"""Word files: what a hand-written one becomes, and what cannot be kept is said."""

import pytest
from django.utils import translation

from tests.working_groups.documents import word
from tests.working_groups.documents.word import cell, docx, heading, paragraph, run, table
from working_groups.documents.reading import ReadDocument, read_document


def read(*body: str, notes: list[str] | None = None, name: str = "borrador.docx") -> ReadDocument:
    with translation.override("en"):
        return read_document(name, docx(*body, notes=notes))


def text(*body: str, notes: list[str] | None = None) -> str:
    """The text of the section that `body` stands in."""
    (section,) = read(heading("Alcance"), *body, notes=notes).sections
    return section.body


def losses(*body: str) -> list[str]:
    return read(heading("Alcance"), *body).losses


def test_headings_become_sections() -> None:
    found = read(
        paragraph("Política de IA", style="Ttulo"),
        heading("Alcance"),
        paragraph("Para toda persona."),
        heading("Zonas rurales", 2),
        heading("La sierra", 3),
        paragraph("Primero."),
        heading("Vigencia"),
    )
    assert (found.title, found.language, found.losses) == ("Política de IA", "es", [])
    assert [(s.level, s.heading, s.body) for s in found.sections] == [
        (1, "Alcance", "<p>Para toda persona.</p>"),
        (2, "Zonas rurales", ""),
        (3, "La sierra", "<p>Primero.</p>"),
        (1, "Vigencia", ""),
    ]


def test_lists_keep_their_nesting_and_numbers() -> None:
    assert text(
        paragraph("uno", item=0),
        paragraph("dentro", item=1),
        paragraph("más", item=2, numbered=True),
        paragraph("dos", item=0),
        paragraph("Entre dos listas."),
        paragraph("primero", item=0, numbered=True),
        paragraph("Sigue."),
        paragraph("segundo", item=0, numbered=True),
    ) == (
        "<ul><li>uno<ul><li>dentro<ol><li>más</li></ol></li></ul></li><li>dos</li></ul>"
        "<p>Entre dos listas.</p>"
        '<ol><li>primero</li></ol><p>Sigue.</p><ol start="2"><li>segundo</li></ol>'
    )


def test_a_table_keeps_its_headings_and_spans() -> None:
    assert text(
        table(
            [cell("Nivel"), cell("Horas")],
            [cell("Todos", gridSpan="2")],
            [cell("Básico", vMerge="restart"), cell("20")],
            [cell("", vMerge="continue"), cell("40")],
        )
    ) == (
        '<table><thead><tr><th scope="col">Nivel</th><th scope="col">Horas</th></tr></thead>'
        '<tbody><tr><td colspan="2">Todos</td></tr>'
        '<tr><td rowspan="2">Básico</td><td>20</td></tr><tr><td>40</td></tr></tbody></table>'
    )


def test_marks_in_words() -> None:
    assert text(
        paragraph(
            run("Son "),
            run("nuevos", b=True),
            run(" y "),
            run("libres", i=True),
            run(" "),
            run("caros", strike=True),
            run(" m"),
            word.raised("2"),
            run(" H"),
            word.raised("2", "subscript"),
            run("O <b>"),
        )
    ) == (
        "<p>Son <b>nuevos</b> y <i>libres</i> <s>caros</s> m<sup>2</sup> H<sub>2</sub>O &lt;b&gt;</p>"
    )


def test_a_footnote_stands_where_its_mark_is() -> None:
    assert text(
        paragraph("Gratis", word.note(1), word.note(2), run(" siempre.")),
        notes=[
            paragraph("En 2027.") + paragraph("Después, ", word.link("según el informe")),
            paragraph("uno", item=0) + paragraph("dos", item=0),
        ],
    ) == (
        "<p>Gratis<small>En 2027. Después, según el informe</small> "
        "<small>uno dos</small> siempre.</p>"
    )


def test_links_on_the_web_stay() -> None:
    assert text(paragraph("Lea ", word.link("el informe"))) == (
        '<p>Lea <a href="https://example.org/informe?a=1&amp;b=2">el informe</a></p>'
    )


def test_references_say_the_number_of_a_section() -> None:
    found = read(
        paragraph("Política", style="Ttulo"),
        heading("Alcance", bookmark="_Ref1"),
        heading("Zonas", 2, bookmark="_Ref2"),
        paragraph("Véase ", word.field("REF _Ref2 \\r \\h", "1.1"), "."),
        paragraph("Como en ", word.field("REF _Ref1 \\h", "Alcance"), "."),
        paragraph(word.internal_link("El apartado 1", "_Ref1"), " lo dice."),
        paragraph("Y ", word.short_field("REF _Ref1 \\h", "Alcance"), "."),
    )
    one, two = (f'<a href="#section-{section.anchor}">' for section in found.sections)
    assert found.sections[1].body == (
        f"<p>Véase {two}1.1</a>.</p>"
        f"<p>Como en Alcance ({one}1</a>).</p>"
        f"<p>El apartado {one}1</a> lo dice.</p>"
        f"<p>Y Alcance ({one}1</a>).</p>"
    )
    assert found.losses == []


def test_tracked_changes_are_accepted_and_counted() -> None:
    body = paragraph("Son ", word.inserted("muy "), word.deleted("poco "), run("nuevos."))
    assert text(body) == "<p>Son muy nuevos.</p>"
    assert losses(body, paragraph(word.inserted("Fin."))) == [
        "2 tracked insertions were accepted.",
        "1 tracked deletion was accepted.",
    ]


def test_what_cannot_be_kept_is_named_with_its_section() -> None:
    found = read(
        paragraph("Política", style="Ttulo"),
        paragraph("Subtítulo", style="Subttulo"),
        heading("Alcance"),
        paragraph(word.picture(), word.picture(description="Otro mapa")),
        paragraph(word.text_box("Solo en la caja")),
        paragraph("Luego ", word.commented("dudoso"), "."),
        heading("Zonas", 2),
        paragraph("Véase ", word.field("REF _Ref9 \\r", "1.1"), "."),
        paragraph(word.equation("x+1")),
        paragraph(word.embedded()),
        paragraph(word.internal_link("aquí", "_Nada")),
        paragraph("Hondo", style="Ttulo4"),
        paragraph("primero", item=0, lettered=True),
    )
    assert found.losses == [
        "1 line under the title was left out (“Subtítulo”).",
        "“Alcance”: 1 piece of text, in a box perhaps, was left out (“Solo en la caja”).",
        "“Alcance”: 1 comment in the margin was left out.",
        "“Alcance”: 2 pictures were left out (“Un mapa”, “Otro mapa”).",
        "“Zonas”: 2 cross references stay as plain words; they will not follow when numbers change"
        " (“aquí”).",
        "“Zonas”: 1 embedded object or chart was left out.",
        "“Zonas”: 1 equation became plain characters (“x + 1”).",
        "“Zonas”: 1 heading below the third level became a subheading in the text (“Hondo”).",
        "“Zonas”: 1 list with letters or Roman numerals is now numbered 1, 2, 3 (“primero”).",
    ]
    assert found.sections[1].body == (
        "<p>Véase 1.1.</p><p><code>x + 1</code></p><p>aquí</p><h3>Hondo</h3><ol><li>primero</li></ol>"
    )


def test_a_header_is_said_to_be_left_out() -> None:
    parts = word.parts(heading("Alcance"))
    parts["word/header1.xml"] = word.part("hdr", paragraph("Confidencial"))
    parts["word/footer1.xml"] = word.part("ftr", paragraph("3"))
    # Our own documents say what they are.
    parts["word/footer2.xml"] = word.part("ftr", paragraph("Versión 2", style="ConsultaPortada"))
    with translation.override("en"):
        found = read_document("borrador.docx", word.packed(parts))
    assert found.losses == ["1 header or footer was left out (“Confidencial”)."]


def test_lists_of_contents_and_our_own_front_matter_are_no_text() -> None:
    found = read(
        paragraph("Índice", style="TtuloTDC"),
        paragraph("Alcance 1", style="TDC1"),
        paragraph("Versión 2, huella abc", style="ConsultaPortada"),
        heading("Alcance"),
        paragraph("Texto."),
        paragraph("Aún no traducido", style="ConsultaPortada"),
    )
    assert [section.body for section in found.sections] == ["<p>Texto.</p>"]
    assert (found.summary, found.losses) == ("", [])


def test_a_heading_keeps_its_note_and_all_of_its_words() -> None:
    long = "Alcance " + "x" * 300
    found = read(
        paragraph("Alcance", word.note(1), style="Ttulo1"),
        paragraph(long, style="Ttulo1"),
        paragraph("", style="Ttulo1"),
        notes=[paragraph("Nuevo.")],
    )
    first, second = found.sections
    assert (first.heading, first.body) == ("Alcance", "<p><small>Nuevo.</small></p>")
    assert len(second.heading) == 255
    assert second.body == f"<p><b>{long}</b></p>"
    assert len(found.losses) == 2


@pytest.mark.parametrize("language", ["es", "en"])
def test_losses_are_told_in_the_readers_language(language: str) -> None:
    with translation.override(language):
        found = read_document("a.docx", docx(heading("Alcance"), paragraph(word.inserted("Sí"))))
    assert (found.losses == ["1 tracked insertion was accepted."]) == (language == "en")
