import pytest
from django.utils import translation

from consult.common.languages import detect, detect_ours, in_words, written_choices


@pytest.mark.parametrize(
    "text, language",
    [
        ("La formación no llega a la sierra", "es"),
        ("la formacion no llega a la sierra", "es"),
        ("The people of Juárez need training", "en"),
        ("I agree with José", "en"),
        ("¿Quién paga las horas?", "es"),
        ("Estoy de acuerdo.", "es"),
        ("Good luck!", "en"),
    ],
)
def test_language_of_a_text(text: str, language: str) -> None:
    assert detect(text, "en" if language == "es" else "es") == language


@pytest.mark.parametrize(
    "text, language",
    [
        ("Nochi tlakamej moneki ma momachtikaj ipan totlajtol.", "nah"),
        ("Moneki tlamachtilistli ipan nochi altepetl", "nah"),
        ("Tulaʼakal máak unaj u kaanbal ichil u t'aan.", "yua"),
        ("Suwábaga ralámuli mapu a'lá nochama alué ra'íchari", "tar"),
        ("Spisil winiketik ya sk'an ya xnop ta sk'op te june", "tzh"),
        ("Todos os trabalhadores devem receber formação antes de usar uma máquina.", "pt"),
        ("Die Schulen auf dem Land brauchen zuerst einen guten Anschluss.", "de"),
        ("Les écoles de campagne ont besoin de formateurs, pas de promesses.", "fr"),
        ("Texe yo nteʼe, jango nzhodʉ, dya soʼo ra ngontrʉji kja pjorʉ.", "und"),
    ],
)
def test_a_third_language_is_not_forced_into_one_of_the_two(text: str, language: str) -> None:
    assert detect(text, "es") == language
    # Where only the site's languages are of use, it is the one that is most alike.
    assert detect_ours(text, "es") in ("es", "en")


def test_no_words_to_tell_by() -> None:
    assert [detect("12 345 🌵", code) for code in ("es", "en")] == ["es", "en"]


def test_languages_have_names_for_the_reader() -> None:
    with translation.override("en"):
        assert in_words("nah") == "Nahuatl"
        assert in_words("something else") == "another language"
        assert ("und", "Another language") in written_choices()
