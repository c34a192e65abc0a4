import json
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
import Stemmer
from hypothesis import given, strategies as st

from consult.search.analysis import (
    ODD,
    PLAIN_WORD,
    WORD,
    fold,
    is_stop_word,
    keys,
    keys_of,
    normal,
    places,
    spellings_of,
    tokens,
    words,
)
from consult.search.equivalents import ABBREVIATIONS, acronym


def shared(a: str, b: str, language: str) -> bool:
    return not set(keys(a, language)).isdisjoint(keys(b, language))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("educacion", "educación"),
        ("EDUCACIÓN", "educacion"),
        ("camion", "camiones"),
        ("camión", "camiones"),
        ("tecnologia", "tecnologías"),
        ("Espana", "España"),
        ("anos", "años"),
        ("pinguino", "pingüinos"),
    ],
)
def test_spanish_words_are_found_however_they_are_accented_or_inflected(typed, written):
    assert shared(typed, written, "es")


def test_the_first_key_of_a_word_with_enye_is_not_that_of_the_word_with_n():
    assert keys("año", "es") == ("año", "ano")
    assert keys("ano", "es") == ("ano",)


@pytest.mark.parametrize(
    ("typed", "written"), [("cafe", "café"), ("resume", "Résumé"), ("naive", "NAÏVE")]
)
def test_english_words_are_found_without_their_accents(typed, written):
    assert keys(typed, "en") == keys(written, "en")


def test_english_words_are_found_by_their_stem():
    assert shared("training", "trained", "en")


@pytest.mark.parametrize(
    ("word", "language"),
    [("también", "es"), ("TAMBIEN", "es"), ("the", "en"), ("Then", "en")],
)
def test_stop_words_are_known_with_and_without_accents(word, language):
    assert is_stop_word(word, language)


def test_the_state_is_not_a_stop_word():
    assert not is_stop_word("Estado", "es")


def test_tokens_are_words_with_their_places():
    text = normal("¿Co-diseño? 40 h, IA_2")
    assert [(word, text[start:end]) for word, start, end in tokens(text)] == [
        (word, word) for word in ("Co", "diseño", "40", "h", "IA", "2")
    ]


def test_an_abbreviation_has_only_so_many_letters():
    # From each letter of an endless one the rest would be tried: seconds, for a long text.
    assert [word for word, _start, _end in tokens("p.ej. i.a.")] == ["p", "ej", "i.a."]
    lengths = [len(word) for word, _start, _end in tokens("a." * 1_000)]
    assert lengths == [1] * 988 + [24]


def test_decomposed_accents_are_the_same_word():
    assert normal(unicodedata.normalize("NFD", "educación")) == "educación"


def test_an_endless_word_has_a_short_key():
    assert all(len(key) <= 64 for key in keys("a" * 10_000_000, "es"))


def real_words(folder: Path) -> set[str]:
    texts = [
        path.read_text("utf-8") if path.suffix == ".txt" else " ".join(strings(path))
        for path in folder.glob("*/*")
        if path.suffix in {".txt", ".jsonl"}
    ]
    return {word for text in texts for word in WORD.findall(normal(text).lower())}


def strings(path: Path) -> list[str]:
    def inside(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        children = value.values() if isinstance(value, dict) else value
        return [t for c in children for t in inside(c)] if isinstance(value, dict | list) else []

    with path.open(encoding="utf-8") as lines:
        return [text for line in lines for text in inside(json.loads(line))]


def test_every_accented_word_of_the_real_texts_is_found_without_its_accents(data):
    words = {word for word in real_words(data) if fold(word) != word}
    assert len(words) > 5_000
    lost = {
        (word, language)
        for word in words
        for language in ("es", "en")
        if not shared(fold(word), word, language) or not shared(word.upper(), word, language)
    }
    assert lost == set()


@pytest.mark.parametrize(
    ("typed", "written", "language"),
    [
        ("IA", "AI", "es"),
        ("AI", "IA", "en"),
        ("ia", "I.A.", "es"),
        ("I.A", "A.I.", "en"),
        ("PyMEs", "SME", "es"),
        ("smes", "PYME", "en"),
        ("TIC", "ICTs", "es"),
        ("TI", "IT", "en"),
        ("EE.UU.", "US", "en"),
        ("TMEC", "USMCA", "es"),
        ("worker's", "workers'", "en"),
        ("1,000", "1000", "en"),
        ("1.000.000", "1,000,000", "es"),
        ("١٢", "12", "es"),
        ("１２", "12", "en"),
        ("3o", "3", "es"),
        ("3.º", "3o", "es"),
        ("3rd", "3", "en"),
        ("Art.", "artículo", "es"),
        ("STRASSE", "Straße", "en"),
        ("Istanbul", "İSTANBUL", "es"),
        ("ﬁn", "fin", "es"),
        ("𝐈𝐀", "AI", "es"),
        ("educ\u00adación", "educación", "es"),
        ("m̃i", "MI", "es"),
    ],
)
def test_spellings_of_one_thing_are_one_word(typed, written, language):
    def only(text: str) -> tuple[str, ...]:
        ((_place, keys, _start, _end),) = places(normal(text), language)
        return keys

    assert not set(only(typed)).isdisjoint(only(written))


@pytest.mark.parametrize(
    ("one", "another", "language"),
    [
        ("IT", "it", "en"),
        ("US", "us", "en"),
        ("TI", "ti", "es"),
        ("EU", "eu", "es"),
        ("ai", "IA", "und"),
        ("art", "article", "en"),
        ("3", "30", "es"),
    ],
)
def test_what_only_looks_alike_is_not_one_word(one, another, language):
    assert not shared(one, another, language)


def test_an_acronym_in_capitals_is_no_stop_word():
    assert is_stop_word("it", "en")
    assert not is_stop_word("IT", "en")


def test_a_compound_is_its_words_and_one_word_too():
    text = "un e-mail más"
    assert [(place, keys, text[s:e]) for place, keys, s, e in places(text, "en")] == [
        (0, ("un",), "un"),
        (1, ("e",), "e"),
        (1, ("email",), "e-mail"),
        (2, ("mail",), "mail"),
        (3, ("mas",), "más"),
    ]


@given(st.text(max_size=200), st.sampled_from(["es", "en", "und"]))
def test_every_word_of_any_text_has_a_key_and_stands_where_it_says(text, language):
    text = normal(text)
    last = 0
    for place, found, start, end in places(text, language):
        assert found
        assert all(found)
        assert last <= place <= last + 1
        assert 0 <= start < end <= len(text)
        last = place
    assert all(term for word in words(text) for term in spellings_of(word, language))


@given(st.text(max_size=200) | st.text("aÑ1.,'’sº-­ ", max_size=40))
def test_the_index_reads_the_same_words_at_the_same_places(text):
    text = normal(text)
    found: dict[int, tuple[str, ...]] = {}
    for place, each, _start, _end in places(text, "es"):
        found[place] = (*found.get(place, ()), *each)
    read = [word for chunk in text.split() for word in words(chunk)]
    assert [keys_of(word, "es") for word in read] == list(found.values())
    assert read == words(text)


@given(st.text(max_size=80) | st.text("aÑ1.,'’sº-­", max_size=40))
def test_the_fast_way_to_find_words_finds_the_same(text):
    if not ODD.search(text):
        assert WORD.findall(text) == PLAIN_WORD.findall(text)


def test_every_inflection_that_the_stemmer_knows_is_kept_in_the_real_texts(data):
    stem = Stemmer.Stemmer("spanish").stemWord
    by_stem: dict[str, list[str]] = {}
    for word in sorted(real_words(data)):
        # Abbreviations and acronyms have the key of what they stand for.
        if word.isalpha() and not acronym(word) and fold(word) not in ABBREVIATIONS["es"]:
            by_stem.setdefault(stem(word), []).append(word)
    pairs = [(a, b) for words in by_stem.values() for a, b in combinations(words, 2)]
    assert len(pairs) > 20_000
    assert [(a, b) for a, b in pairs if not shared(a, b, "es")] == []
