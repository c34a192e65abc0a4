"""Which words every engine takes for one, and which it offers; each runs through all of it."""

import pytest

from consult.search.query import parse
from tests.search.indexed import document, ids


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("IA", {"comment:1", "comment:2"}),
        ("ai", {"comment:1", "comment:2"}),
        ('"la ia"', {"comment:1"}),
        ("IT", {"comment:3"}),
        ("TI", {"comment:3"}),
        ("email", {"comment:4", "comment:5"}),
        ("e-mail", {"comment:4", "comment:5"}),
        ('"un correo email"', {"comment:4"}),
        ("dont", {"comment:3"}),
        ("don't", {"comment:3"}),
        ("artículo 123", {"comment:6"}),
        ("Art 123", {"comment:6"}),
        ("art.123", {"comment:6"}),
        ("3.2.1", {"comment:6"}),
        ("3.2", {"comment:6", "comment:7"}),
        ("2.1.3", set()),
        ("5000", {"comment:7"}),
        ("5,000", {"comment:7"}),
        ("workers'", {"comment:5"}),
        ("worker's", {"comment:5"}),
    ],
)
def test_short_forms_numbers_and_compounds_are_found_however_they_are_written(
    engine, typed, expected
):
    engine.index(
        [
            document(1, text="Regular la I.A. en el trabajo"),
            document(2, "en", "Regulating AI at work"),
            document(3, "en", "Don't let IT departments decide it"),
            document(4, text="Un correo e-mail"),
            document(5, "en", "The worker's email"),
            document(6, text="El art. 123, en el punto 3.2.1, dice otra cosa"),
            document(7, text="Punto 3.2: 5.000 becas"),
        ]
    )
    assert ids(engine, typed) == expected


def test_enye_comes_before_n_where_it_was_typed(engine):
    engine.index([document(1, text="el ano pasado"), document(2, text="el año pasado")])
    hits = engine.search(parse("año"), {}).hits
    assert [hit.document.id for hit in hits] == ["comment:2", "comment:1"]
    assert hits[0].score > hits[1].score


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("educ", {"comment:1", "comment:2", "comment:3", "comment:4"}),
        ("EDUCACIÓ", {"comment:1", "comment:2", "comment:3"}),
        ("escuelas sier", {"section:5"}),
        ("digital sier", {"section:5"}),
        ("rural sier", set()),
        ("brecha sier", {"section:5"}),
        ('"brecha dig', {"section:5"}),
        ("educ -rur", {"comment:1", "comment:2", "comment:3", "comment:4"}),
        ("xyz", set()),
    ],
)
def test_the_last_word_finds_what_begins_so_while_one_types(filled, typed, expected):
    hits = filled.search(parse(typed, unfinished=True), {}).hits
    assert {hit.document.id for hit in hits} == expected


@pytest.fixture
def written(engine):
    """Words in both languages, some of them often."""
    often = [document(n, text="La educación técnica, el año pasado") for n in range(10, 40)]
    engine.index(
        [
            *often,
            document(1, text="Educadoras y educadores"),
            document(2, text="educacion sin acento; educadores; el ano; edición"),
            document(3, "en", "Education and educators; the technical debt"),
            document(4, text="una palabra secretísima"),
        ]
    )
    return engine


@pytest.mark.parametrize(
    ("beginning", "language", "words"),
    [
        ("educ", "es", ["educación", "educadores", "educadoras", "education", "educators"]),
        ("educ", "en", ["education", "educators", "educación", "educadores", "educadoras"]),
        ("EDUCACI", "es", ["educación"]),
        ("educació", "es", ["educación"]),
        ("año", "es", ["año"]),
        ("ano", "es", ["año"]),
        ("tec", "es", ["técnica", "technical"]),
        ("téc", "es", ["técnica"]),
        ("la", "es", []),
        ("xyz", "es", []),
        ("", "es", ["año", "educación"]),
    ],
)
def test_a_word_is_completed_in_the_readers_language_first(written, beginning, language, words):
    assert list(written.complete(beginning, language))[: len(words) or 9] == words
    assert list(written.complete(beginning, language, 1)) == words[:1]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("educasion", "educación"),
        ("EDUCACIOM", "educación"),
        ("ducacion", "educación"),
        ("educaicón", "educación"),
        ("tecnika", "técnica"),
        ("educatoin", "education"),
        ("educaciontecnica", "educación técnica"),
        # Known, though near to another; or not a word; or too short.
        ("educación", None),
        ("educacion", None),
        ("educadores", None),
        ("la", None),
        ("IA", None),
        ("2027", None),
        ("xyzxyz", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_a_word_that_is_not_there_is_respelled(written, word, first):
    assert (list(written.respell(word, "es")) or [None])[0] == first


def test_a_rare_word_is_respelled_only_where_another_is_far_more_frequent(written):
    # One document has "edicion"; thirty have a word two edits away, and none has one at one edit.
    assert list(written.respell("edición", "es")) == []
    written.index([document(5, text="educasión")])
    assert list(written.respell("educasión", "es"))[:1] == ["educación"]


def test_words_of_documents_that_are_gone_are_neither_completed_nor_suggested(written):
    assert list(written.complete("secre", "es")) == ["secretísima"]
    assert list(written.respell("secretisina", "es")) == ["secretísima"]
    hidden = {"comment:4", "no-such-id"}
    assert list(written.complete("secre", "es", without=hidden)) == []
    assert list(written.respell("secretisina", "es", without=hidden)) == []
    assert list(written.complete("año", "es", without=hidden)) == ["año"]
    written.delete(["comment:4"])
    assert list(written.complete("secre", "es")) == []
    assert list(written.respell("secretisina", "es")) == []
    written.index([document(2, text="otra cosa")])
    # What is left of a word in several spellings is what documents have now.
    assert "educacion" not in written.complete("educacion", "es")
    for number in range(10, 40):
        written.delete([f"comment:{number}"])
    assert list(written.complete("educac", "es")) == []
    assert list(written.complete("año", "es")) == []
    written.rebuild([document(6, text="nuevo")])
    assert list(written.complete("educ", "es")) == []
    assert list(written.complete("nue", "es")) == ["nuevo"]
