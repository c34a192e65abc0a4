import json

import pytest
from hypothesis import given, strategies as st

from consult.search.query import MAX_CLAUSES, MAX_WORDS, parse


def shape(clauses):
    return [(" ".join(w.surface for w in c.words), c.adjacent) for c in clauses]


def test_words_phrases_and_exclusions_are_told_apart():
    query = parse('brecha "zonas rurales" -impuestos -"a largo plazo" e-learning')
    assert shape(query.required) == [
        ("brecha", False),
        ("zonas rurales", True),
        ("e learning", True),
    ]
    assert shape(query.excluded) == [("impuestos", False), ("a largo plazo", True)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("“una frase”", [("una frase", True)]),
        ("«una frase»", [("una frase", True)]),
        ('"sin cerrar', [("sin cerrar", True)]),
        ('""', []),
        ("-", []),
        ("--", []),
        ("a a A", [("a", False), ("A", False)]),
        ("\x00educa\x00ción", [("educa", False), ("ción", False)]),
        ("  \t\n ", []),
        ("!?*()[]{}^~\\/:", []),
    ],
)
def test_anything_typed_is_a_query(typed, expected):
    assert shape(parse(typed).required) == expected


def test_ten_megabytes_are_cut():
    query = parse("a " * 5_000_000)
    assert len(query.text) <= 500
    assert len(parse(" ".join(f"w{i}" for i in range(200))).required) == MAX_CLAUSES


@given(st.text(max_size=300))
def test_no_text_breaks_the_parser(codebook, typed):
    query = parse(typed, codebook)
    for language in ("es", "en"):
        assert bool(query.clauses(language)) == bool(query.required)
        for clause in query.required + query.excluded:
            assert all(word.keys[language] for word in clause.words)


def test_the_hostile_strings_are_queries(data):
    folder = data / "hostile_input"
    for name in ("blns.json", "xss_payloads.json"):
        for typed in json.loads((folder / name).read_text("utf-8")):
            for text in (str(typed), f"tema:{typed}", f'"{typed}'):
                parse(text, called=called, unfinished=True)


def test_stop_words_are_left_out_unless_there_is_nothing_else():
    assert shape(parse("la brecha de los otros").clauses("es")) == [("brecha", False)]
    assert shape(parse("de la que").clauses("es")) == [(w, False) for w in ("de", "la", "que")]
    # A stop word of one language may be a word of the other.
    assert shape(parse("the brecha").clauses("es")) == [("the", False), ("brecha", False)]


def test_a_theme_named_in_spanish_is_also_looked_for_in_english(codebook):
    query = parse("brecha digital", codebook)
    assert shape(query.required) == [("brecha digital", False)]
    (expansion,) = query.expansions
    assert (expansion.slug, expansion.typed) == ("digital-divide", "brecha digital")
    assert expansion.phrases == {
        "es": (),
        "en": ("Digital divide", "digital exclusion", "unconnected"),
    }


@pytest.mark.parametrize(
    "typed", ["BRECHAS DIGITALES", "la brecha digital", '"brecha digital"', "exclusion digital"]
)
def test_a_theme_is_recognised_however_its_words_are_written(codebook, typed):
    assert [each.slug for each in parse(typed, codebook).expansions] == ["digital-divide"]


def test_a_theme_is_recognised_among_other_words(codebook):
    query = parse("escuelas brecha digital Chihuahua", codebook)
    assert shape(query.required) == [
        ("escuelas", False),
        ("brecha digital", False),
        ("Chihuahua", False),
    ]


@pytest.mark.parametrize("typed", ["digital", "brecha", "digital brecha", "-brecha -digital"])
def test_half_a_name_names_no_theme(codebook, typed):
    assert parse(typed, codebook).expansions == ()


def test_without_a_codebook_a_query_means_what_it_says():
    assert parse("brecha digital").expansions == ()


def test_a_query_is_relaxed_to_a_third_of_its_words_then_to_any():
    assert [each.enough("es") for each in parse("rojo azul verde gris negro lila").relaxed()] == [
        2,
        1,
    ]
    assert [each.enough("es") for each in parse("rojo azul").relaxed()] == [1]
    assert list(parse("tres").relaxed()) == []
    assert list(parse('"tres tigres"').relaxed()) == []


def test_words_joined_by_a_mark_are_relaxed_one_by_one_but_numbers_are_not():
    (any_word,) = parse("hombres/mujeres").relaxed()
    assert shape(any_word.required) == [("hombres", False), ("mujeres", False)]
    assert [list(parse(typed).relaxed()) for typed in ("3.2.1", '"hombres mujeres"')] == [[], []]


def test_the_words_of_a_theme_are_relaxed_one_by_one(codebook):
    (any_word,) = parse("brecha digital", codebook).relaxed()
    assert shape(any_word.required) == [("brecha", False), ("digital", False)]


@pytest.mark.parametrize("typed", ["a-" * 250, '"' + "de la " * 80 + '"', "uno dos " * 60 + "-a-b"])
def test_however_it_is_joined_a_search_has_so_many_words(typed):
    query = parse(typed)
    assert sum(len(c.words) for c in (*query.required, *query.excluded)) <= MAX_WORDS


VALUES = {
    ("theme", "equidad"): ["equity"],
    ("theme", "equity"): ["equity"],
    ("theme", "brecha digital"): ["digital-divide"],
    ("group", "ia-trabajo"): ["ia-trabajo"],
    ("year", "2026"): ["2026"],
}


def called(facet: str, name: str) -> list[str]:
    return VALUES.get((facet, name), [])


@pytest.mark.parametrize(
    ("typed", "filters", "rest"),
    [
        ("tema:equidad", {"theme": ("equity",)}, ""),
        ("escuelas Theme:equity rurales", {"theme": ("equity",)}, "escuelas rurales"),
        ('tema:"brecha digital",equidad', {"theme": ("digital-divide", "equity")}, ""),
        ("tema:equidad tema:«brecha digital»", {"theme": ("equity", "digital-divide")}, ""),
        ("tema: equidad", {"theme": ("equity",)}, ""),
        ("tema：equidad", {"theme": ("equity",)}, ""),
        ("año:2026 grupo:ia-trabajo", {"year": ("2026",), "group": ("ia-trabajo",)}, ""),
        ("ano:2026 x", {"year": ("2026",)}, "x"),
    ],
)
def test_field_words_choose_values(typed, filters, rest):
    query = parse(typed, called=called)
    assert query.filters == filters
    assert (query.rest, query.text) == (rest, typed)
    assert " ".join(clause.surface() for clause in query.required) == rest


@pytest.mark.parametrize(
    "typed",
    [
        "nota: algo",
        "http://ejemplo.mx/tema:equidad",
        "10:30",
        '"tema:equidad"',
        "Estado: grave",
        "tema:",
        "tema: ",
        ":equidad",
        "subtema:equidad",
    ],
)
def test_what_only_looks_like_a_field_word_is_words(typed):
    query = parse(typed, called=called)
    assert (query.filters, query.unknown) == ({}, ())
    assert shape(query.required) == shape(parse(typed).required)


def test_an_unknown_value_is_looked_for_as_words_and_told():
    query = parse('tema:felicidad,equidad mesa:"la otra"', called=called)
    assert query.filters == {"theme": ("equity",)}
    assert query.unknown == (("tema", "felicidad"), ("mesa", "la otra"))
    assert [c.surface() for c in query.required] == ["felicidad", "la", "otra"]
    # While it is being typed it is neither.
    query = parse("escuelas tema:equi", called=called, unfinished=True)
    assert (query.unknown, [c.surface() for c in query.required]) == ((), ["escuelas"])


def test_a_value_cannot_be_left_out_but_its_words_are():
    query = parse('-tema:"brecha digital" sierra', called=called)
    assert (query.filters, query.kept) == ({}, (("tema", "brecha digital"),))
    assert shape(query.excluded) == [("brecha digital", True)]


@pytest.mark.parametrize(
    ("typed", "required", "beginning"),
    [
        ("escuelas rur", [("escuelas", False), ("rur", False)], "rur"),
        ("escuelas rur ", [("escuelas", False), ("rur", False)], None),
        ("escuelas ru", [("escuelas", False), ("ru", False)], None),
        ("escuelas rur,", [("escuelas", False), ("rur", False)], None),
        ('"zonas rur', [("zonas", False), ("rur", False)], "rur"),
        ('"las zonas rur', [("las zonas", True), ("rur", False)], "rur"),
        ('"zonas rur"', [("zonas rur", True)], None),
        ("e-lear", [("e", False), ("lear", False)], "lear"),
        ("-impues", [], None),
        ("", [], None),
    ],
)
def test_the_last_word_may_be_a_beginning_while_one_types(typed, required, beginning):
    query = parse(typed, unfinished=True)
    assert shape(query.required) == required
    unfinished = [w.surface for c in query.required for w in c.words if w.unfinished]
    assert unfinished == ([beginning] if beginning else [])
    assert not any(w.unfinished for c in parse(typed).required for w in c.words)


PARTS = ["tema:", "-", '"', "«", "equidad", ",", " ", "：", "año:", "2026", "a:b", "\x00", "́", "ñ"]


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=5), max_size=60), st.booleans())
def test_no_field_word_breaks_the_parser(codebook, parts, unfinished):
    query = parse("".join(parts), codebook, called, unfinished)
    for language in ("es", "en"):
        assert bool(query.clauses(language)) == bool(query.required)
    for facet, values in query.filters.items():
        assert {(facet, value) for value in values} <= {
            (facet, value) for (facet, _name), found in VALUES.items() for value in found
        }


@pytest.mark.parametrize("part", ["tema:", 'tema:"', '-"', "tema:a,", "a:", "- -"])
def test_a_text_of_one_part_takes_no_time(part):
    # Ten megabytes of it; a pattern that goes back over itself would not end.
    parse(part * (10_000_000 // len(part)), called=called, unfinished=True)
