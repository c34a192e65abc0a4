"""Which texts are one campaign, told from the texts alone."""

import random
import subprocess
import sys

from consult.moderation.campaigns.fingerprints import fingerprint, likeness, runs
from consult.moderation.campaigns.grouping import (
    MOST_COMPARED,
    MOST_REPRESENTATIVES,
    MOST_UNDER_A_KEY,
    Index,
    grouped,
)

LETTER = (
    "Pido a la mesa que el apartado segundo obligue a las empresas a pagar la formación de quienes"
    " pierdan su puesto por la automatización, que las horas de estudio cuenten como jornada y que un"
    " consejo con sindicatos y universidades revise cada año si se cumplió lo prometido."
)
OTHER = (
    "En la sierra no hay señal ni escuela con computadoras; antes de hablar de inteligencia artificial"
    " hace falta electricidad, camino y maestras que hablen nuestra lengua, porque sin eso cualquier"
    " plan se queda en el papel y en la capital del estado."
)
OWN = (
    "Soy maestra en Delicias y lo veo cada día en mi salón: quienes salen no encuentran en qué ocuparse"
    " y nadie les enseñó a usar las máquinas nuevas."
)


def alike(one: str, other: str) -> bool:
    return len(set(grouped([fingerprint(one), fingerprint(other)]))) == 1


def test_signs_accents_and_case_do_not_make_another_text() -> None:
    assert alike(LETTER, LETTER.upper().replace("Ó", "O").replace(",", " –") + "\n\n")


def test_a_letter_with_words_of_ones_own_is_the_letter() -> None:
    assert alike(LETTER, f"{LETTER} {OWN}")
    assert alike(LETTER, f"{OWN} {LETTER}")
    assert alike(f"{OWN} {LETTER}", LETTER)


def test_a_template_with_names_and_words_replaced_is_the_letter() -> None:
    replaced = (
        LETTER.replace("mesa", "comisión")
        .replace("segundo", "tercero")
        .replace("empresas", "compañías")
        .replace("universidades", "colegios")
    )
    assert alike(LETTER, replaced)


def test_what_is_on_the_same_matter_is_not_the_same_text() -> None:
    assert not alike(LETTER, OTHER)
    assert not alike(
        LETTER,
        "Pido a la mesa que el apartado segundo diga quién paga, porque las empresas no lo harán por"
        " su voluntad y los sindicatos de aquí no tienen con qué.",
    )


def test_a_letter_lost_in_a_much_longer_text_is_not_that_text() -> None:
    assert not alike(LETTER, " ".join([OTHER, OWN, LETTER, *(f"palabra{i}" for i in range(120))]))


def test_a_text_that_quotes_two_letters_does_not_make_them_one() -> None:
    groups = grouped(map(fingerprint, [LETTER, OTHER, f"{LETTER} {OTHER}", LETTER, OTHER]))
    assert groups[0] == groups[3]
    assert groups[1] == groups[4]
    assert groups[0] != groups[1]


def test_very_short_texts_are_left_alone_and_short_ones_must_be_the_same() -> None:
    assert not alike("Estoy de acuerdo", "Estoy de acuerdo")
    assert alike("No al apartado dos, señorías", "¡No al apartado dos, señorías!")
    assert not alike("No al apartado dos, señorías", "Sí al apartado dos, señorías")


def test_what_everybody_quotes_from_the_draft_is_nobodys_own() -> None:
    article = LETTER
    known = set(runs(fingerprint(article).words))
    first, second = f"{article} {OWN}", f"{article} {OTHER}"
    assert alike(f"{article} Lo apoyo por mis hijas.", f"{article} Lo rechazo del todo.")
    assert len(set(grouped([fingerprint(text, known) for text in (first, second)]))) == 2


def test_the_order_of_arrival_makes_little_difference() -> None:
    shuffled = random.Random(4)
    own = OWN.split()
    texts = [
        (which, " ".join([text, *shuffled.sample(own, shuffled.randrange(len(own)))]))
        for which, text in ((1, LETTER), (2, OTHER))
        for _ in range(40)
    ]
    for _ in range(5):
        shuffled.shuffle(texts)
        groups = grouped(fingerprint(text) for _, text in texts)
        assert len({(which, group) for (which, _), group in zip(texts, groups, strict=True)}) == 2


def test_the_numbers_are_the_same_in_every_process() -> None:
    """They are stored, and Python's own hashes of words differ from one process to the next."""
    program = (
        "from consult.moderation.campaigns.fingerprints import fingerprint;"
        f"print(sorted(fingerprint({LETTER!r}).keys))"
    )
    printed = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
        for _ in range(2)
    }
    assert printed == {f"{sorted(fingerprint(LETTER).keys)}\n"}
    assert all(0 <= key < 2**63 for key in fingerprint(LETTER).keys)


def test_what_a_look_up_costs_has_a_bound() -> None:
    """However many texts begin with the same sentence, and however large a group is."""
    index = Index()
    begin = (
        "Por medio de la presente me dirijo a ustedes para decirles lo que pienso del borrador: "
    )
    for number in range(300):
        index.place(number, fingerprint(begin + " ".join(f"w{number}x{i}" for i in range(40))))
    assert max(map(len, index.under.values())) == MOST_UNDER_A_KEY
    assert len(index.candidates(fingerprint(begin + OWN))) <= MOST_COMPARED
    index = Index()
    for number in range(300):
        added = " ".join(f"w{number}x{i}" for i in range(number % 30))
        index.place(number, fingerprint(f"{LETTER} {added}"))
    assert max(index.representing.values()) <= MOST_REPRESENTATIVES


def test_likeness_of_the_same_words_is_one() -> None:
    assert likeness(fingerprint(LETTER), fingerprint(LETTER.lower())) == 1.0
    assert likeness(fingerprint(LETTER), fingerprint(OTHER)) == 0.0
