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
            parse(str(typed))


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


def test_a_query_is_relaxed_to_most_words_then_to_any():
    assert [each.minimum for each in parse("uno dos tres cuatro").relaxed()] == [3, 1]
    assert [each.minimum for each in parse("uno dos").relaxed()] == [1]
    assert list(parse("tres").relaxed()) == []
    assert list(parse('"tres tigres"').relaxed()) == []


def test_the_words_of_a_theme_are_relaxed_one_by_one(codebook):
    (any_word,) = parse("brecha digital", codebook).relaxed()
    assert shape(any_word.required) == [("brecha", False), ("digital", False)]


@pytest.mark.parametrize("typed", ["a-" * 250, '"' + "de la " * 80 + '"', "uno dos " * 60 + "-a-b"])
def test_however_it_is_joined_a_search_has_so_many_words(typed):
    query = parse(typed)
    assert sum(len(c.words) for c in (*query.required, *query.excluded)) <= MAX_WORDS
