import pytest

from consult.common.languages import detect


@pytest.mark.parametrize(
    "text, language",
    [
        ("La formación no llega a la sierra", "es"),
        ("la formacion no llega a la sierra", "es"),
        ("The people of Juárez need training", "en"),
        ("I agree with José", "en"),
        ("¿Quién paga las horas?", "es"),
    ],
)
def test_language_of_a_text(text: str, language: str) -> None:
    assert detect(text, "en" if language == "es" else "es") == language


def test_no_words_to_tell_by() -> None:
    assert [detect("12 345 🌵", code) for code in ("es", "en")] == ["es", "en"]
