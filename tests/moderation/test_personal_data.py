"""What the machine takes for personal data, and what it leaves alone."""

import time
from itertools import pairwise

import pytest

from consult.moderation.personal_data import find
from consult.submissions.covering import Span
from consult.submissions.enums import Covered


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find(text)]


@pytest.mark.parametrize(
    "kind, written",
    [
        ("email", "maria.lopez+ania@ejemplo.org.mx"),
        ("email", "josé@ejemplo.mx"),
        ("email", "maria @ ejemplo.mx"),
        ("email", "maria arroba ejemplo.mx"),
        ("email", "maria (at) example dot org"),
        ("email", "maria [arroba] ejemplo punto mx"),
        ("phone", "656 123 4567"),
        ("phone", "(656) 123-45-67"),
        ("phone", "55 1234 5678"),
        ("phone", "55-12-34-56-78"),
        ("phone", "6561234567"),
        ("phone", "+52 656 123 4567"),
        ("phone", "52 1 656 123 4567"),
        ("phone", "044 656 123 4567"),
        ("phone", "+1 915-555-0123"),
        ("phone", "(915) 555-0123"),
        ("phone", "915.555.0123"),
        ("phone", "1-800-555-0123"),
        ("phone", "656\u00a0123\u20114567"),
        ("curp", "BOXW310820HNERXN09"),
        ("curp", "boxw310820hnerxn09"),
        ("rfc", "GODE561231GR8"),
        ("rfc", "GODE 561231 GR8"),
        ("rfc", "MAB-930714-8T4"),
        ("rfc", "AP&0305026J9"),
        ("rfc", "mab9307148t4"),
        ("clabe", "032180000118359719"),
        ("clabe", "032 180 00011835971 9"),
        ("card", "4111 1111 1111 1111"),
        ("card", "5555555555554444"),
        ("card", "3782-822463-10005"),
        ("address", "Calle Mariscal 123, Col. Centro, C.P. 32000"),
        ("address", "Av. 16 de Septiembre No. 45"),
        ("address", "calle Ignacio Mejía #8"),
        ("address", "Carretera Panamericana km 12.5"),
        ("address", "C.P. 32310"),
        ("address", "123 Main St"),
        ("address", "500 W. San Antonio Ave., Apt. 4, El Paso, TX 79901"),
        ("address", "P.O. Box 1234"),
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "Escríbanme: {}.", "Mi dato ({}), gracias", "«{}»\nAdiós"]
)
def test_personal_data_are_found_to_the_letter(kind: str, written: str, around: str) -> None:
    assert (kind, written) in [(k, w.rstrip(".")) for k, w in found(around.format(written))]


@pytest.mark.parametrize(
    "text",
    [
        "El plan 2020-2030 prevé 1 300 000 000 de pesos y 5 000 000 de personas.",
        "Costará $6561234567 o 650 000 000 pesos, 45,000,000 en 2025.",
        "El artículo 4 de la Ley 123 del 20/05/2024, página 1234 5",
        "La norma ISO 27001:2022 y el folio 12345678",
        "Véase https://ejemplo.org/notas/6561234567 o doi 10.1016/2020.1234567890",
        "Una arroba son 11.5 kilos; look at this dot",
        "@gobmx lo dijo, y C++ @ 3.5",
        "BOXW310820HNERXN08 no es: su dígito no cuadra",
        "GODE561331GR8 tiene un mes que no hay",
        "abcd561231xx1",
        "032180000118359710 y 4111 1111 1111 1112 no cuadran",
        "En la calle hay 20 baches; el camino a 2030 es largo; plaza de 300 lugares",
        "In 20 years the way ahead; 12 people took place",
        "La colonia Roma y el código penal",
    ],
)
def test_other_numbers_and_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_what_overlaps_is_named_once_by_the_surer_kind_and_in_order() -> None:
    text = "Tel. 656 123 4567, BOXW310820HNERXN09, a@b.mx; 6561234567@ejemplo.mx"
    assert [kind for kind, _ in found(text)] == ["phone", "curp", "email", "email"]
    spans = find(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_a_number_after_its_announcement_needs_no_form() -> None:
    text = "mi celular es 656-12-34-567 y el fijo, tel. 612-3456"
    assert found(text) == [("phone", "656-12-34-567"), ("phone", "612-3456")]


def test_a_span_is_plain_values() -> None:
    assert find("a@b.mx") == [Span(0, 6, Covered.EMAIL)]


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 10_000_000,
        "1" * 100_000,
        "1 " * 100_000,
        "@" * 300_000,
        "a@" * 200_000,
        "a." * 200_000,
        "a arroba " * 50_000,
        "Calle A A A A A A " * 20_000,
        "1 A " * 100_000,
        "4111 " * 100_000,
        "+1-" * 100_000,
        "tel " * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_hostile_text_is_read_in_linear_time(hostile: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        find(text)
        return time.process_time() - start

    half, whole = seconds(hostile[: len(hostile) // 2]), seconds(hostile)
    # Twice the text takes twice the time; four times would be a square.
    assert whole < 3 * half + 0.2
