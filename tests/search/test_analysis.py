import json
import unicodedata
from pathlib import Path

import pytest

from consult.search.analysis import WORD, fold, is_stop_word, keys, normal, tokens


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


def test_decomposed_accents_are_the_same_word():
    assert normal(unicodedata.normalize("NFD", "educación")) == "educación"


def test_an_endless_word_has_a_short_key():
    assert all(len(key) <= 64 for key in keys("a" * 10_000_000, "es"))


def accented_words(folder: Path) -> set[str]:
    texts = [
        path.read_text("utf-8") if path.suffix == ".txt" else " ".join(strings(path))
        for path in folder.glob("*/*")
        if path.suffix in {".txt", ".jsonl"}
    ]
    words = {word for text in texts for word in WORD.findall(normal(text).lower())}
    return {word for word in words if fold(word) != word}


def strings(path: Path) -> list[str]:
    def inside(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        children = value.values() if isinstance(value, dict) else value
        return [t for c in children for t in inside(c)] if isinstance(value, dict | list) else []

    with path.open(encoding="utf-8") as lines:
        return [text for line in lines for text in inside(json.loads(line))]


def test_every_accented_word_of_the_real_texts_is_found_without_its_accents(data):
    words = accented_words(data)
    assert len(words) > 5_000
    lost = {
        (word, language)
        for word in words
        for language in ("es", "en")
        if not shared(fold(word), word, language) or not shared(word.upper(), word, language)
    }
    assert lost == set()
