from html import unescape

from hypothesis import given, strategies as st

from consult.search.excerpts import LENGTH, excerpt, find
from consult.search.query import parse


def shown(text: str, typed: str, language: str = "es", codebook=()) -> str:
    return excerpt(text, find(text, language, parse(typed, codebook)).spans)


def test_matched_words_are_marked_in_any_spelling():
    assert (
        shown("La Educación y las educaciones.", "educacion")
        == "La <mark>Educación</mark> y las <mark>educaciones</mark>."
    )


def test_stop_words_are_not_marked():
    assert shown("la brecha de la sierra", "la brecha") == "la <mark>brecha</mark> de la sierra"


def test_a_phrase_is_marked_whole_and_only_where_it_stands():
    assert (
        shown("digital y la brecha digital", '"brecha digital"')
        == "digital y la <mark>brecha digital</mark>"
    )


def test_text_is_escaped_once():
    assert (
        shown("<script>&amp; brecha</script>", "brecha")
        == "&lt;script&gt;&amp;amp; <mark>brecha</mark>&lt;/script&gt;"
    )


def test_a_long_text_is_cut_around_the_words_between_words():
    text = "principio " * 100 + "aquí está la brecha digital " + "final " * 100
    html = shown(text, "brecha digital")
    assert html.startswith("… principio")
    assert html.endswith("final …")
    assert "<mark>brecha</mark> <mark>digital</mark>" in html
    assert len(html) < LENGTH + 60


def test_a_long_word_does_not_hide_the_match():
    assert "<mark>brecha</mark>" in shown("x" * 5_000 + " brecha " + "y" * 5_000, "brecha")


def test_vocabulary_of_a_theme_is_marked_and_told_from_what_was_typed(codebook):
    text = "Close the digital divide now"
    query = parse("brecha digital", codebook)
    found = find(text, "en", query)
    assert excerpt(text, found.spans) == "Close the <mark>digital divide</mark> now"
    assert (found.clauses, found.as_typed) == (set(query.required), frozenset())


@given(st.text(), st.text(max_size=50))
def test_an_excerpt_is_the_text_whatever_it_is(text, typed):
    html = shown(text, typed)
    plain = unescape(html.replace("<mark>", "").replace("</mark>", ""))
    assert plain.strip("… ") in text or plain == text


def test_what_an_unfinished_word_began_is_marked():
    query = parse("zonas EDUCACIÓ", unfinished=True)
    text = "Las zonas de educación, educaciones y educa"
    assert excerpt(text, find(text, "es", query).spans) == (
        "Las <mark>zonas</mark> de <mark>educación</mark>, <mark>educaciones</mark> y educa"
    )


def test_a_compound_is_marked_whole_where_it_was_typed_as_one_word():
    assert shown("un e-mail, un email", "email", "en") == (
        "un <mark>e-mail</mark>, un <mark>email</mark>"
    )
    assert shown("Por I.A. y AI", "IA") == "Por <mark>I.A.</mark> y <mark>AI</mark>"
