"""Did you mean, and completion: only texts that find something, of what everybody may read."""

import json
import random
from pathlib import Path

import pytest

from consult.search import analysis
from consult.search.choices import Choices
from consult.search.engines.base import EngineUnavailable
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.parameters import Parameters
from consult.search.queries import search_public
from consult.search.suggestions import completions
from consult.submissions.actions import change_status
from consult.submissions.enums import Status
from tests.factories import comment_on
from tests.search.indexed import document
from tests.search.misspelling import MISTAKES


def answer(typed: str, reader: str = "es", **options):
    return search_public(Parameters(typed, **options), choices=Choices(reader), language=reader)


@pytest.fixture
def talk(draft):
    """Six comments on schools, and one that waits."""
    for number in range(6):
        comment_on(
            draft,
            f"Faltan maestras en las escuelas rurales de la sierra {number}",
            status=Status.PUBLISHED,
            stance="oppose",
        )
    return comment_on(draft, "Una biblioteca secretísima en las escuelas")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("escuellas", "escuelas"),
        ("Ezcuelas rurales", "Escuelas rurales"),
        ("ESCULAS", "ESCUELAS"),
        ('"escuelas rurrales" -mina tipo:comentario', '"escuelas rurales" -mina tipo:comentario'),
        ("maestars, sierraa", "maestras, sierra"),
        ("escuelas", None),
        ("xyzxyz", None),
        # It would find nothing more.
        ("escuellas -sierra", None),
        ("escuellas postura:support", None),
    ],
)
def test_did_you_mean_offers_what_finds_more(talk, typed, meant):
    found = answer(typed)
    assert found.suggestion == meant
    if meant:
        assert answer(meant).total > 0
        assert not answer(meant).relaxed


@pytest.mark.django_db
def test_a_word_that_is_being_typed_is_not_wrong_yet(talk):
    assert answer("escuellas", unfinished=True).suggestion is None
    assert answer("escuellas rural", unfinished=True).suggestion == "escuelas rural"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("escu", ["escuelas"]),
        ("Escu", ["Escuelas"]),
        ("escuelas rur", ["escuelas rurales"]),
        ("ESCUELAS RUR", ["ESCUELAS RURALES"]),
        # Nothing has both.
        ("xyz rur", []),
        ("escu ", []),
        ("e", []),
        ("", []),
        ("\x00", []),
        ("escuelas -sie", []),
    ],
)
def test_the_last_word_is_completed_where_the_whole_text_finds_something(talk, typed, texts):
    answer("")  # Whatever waits for the index is in it.
    assert completions(typed, language="es")[:1] == texts


@pytest.mark.django_db
def test_what_nobody_may_read_is_neither_completed_nor_suggested(talk):
    def told() -> tuple[list[str], object]:
        return completions("secre", language="es"), answer("secretisina").suggestion

    assert told() == ([], None)
    change_status([talk], Status.PUBLISHED)
    assert told() == (["secretísima"], "secretísima")
    change_status([talk], Status.HIDDEN)
    assert told() == ([], None)


@pytest.mark.django_db
def test_what_was_taken_back_is_not_told_while_the_index_cannot_be_written(talk, monkeypatch):
    change_status([talk], Status.PUBLISHED)
    assert completions("secre", language="es") == ["secretísima"]

    def away(*_args: object) -> None:
        raise EngineUnavailable("no room on the disk")

    monkeypatch.setattr(WhooshEngine, "index", away)
    monkeypatch.setattr(WhooshEngine, "delete", away)
    change_status([talk], Status.HIDDEN)
    assert completions("secre", language="es") == []
    assert completions("escuelas bibli", language="es") == []
    assert answer("secretisina").suggestion is None


@pytest.fixture
def real(data: Path, engine):
    """Comments, paragraphs and articles that people wrote, in one index."""
    texts = [
        ("es", "decide_madrid_2019/comments"),
        ("es", "xquad/docs.es"),
        ("en", "xquad/docs.en"),
    ]
    rows = [
        (language, json.loads(line)["text"])
        for language, name in texts
        for line in (data / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    rows += [
        (language, json.loads(line)[language]["body"])
        for line in (data / "ai_governance_parallel/docs.jsonl").read_text("utf-8").splitlines()
        for language in ("es", "en")
    ]
    engine.rebuild(document(n, lang, analysis.normal(text)) for n, (lang, text) in enumerate(rows))
    counts: dict[str, dict[str, int]] = {"es": {}, "en": {}}
    for language, text in rows:
        for word in {analysis.fold(w.casefold()) for w, _s, _e in analysis.tokens(text)}:
            counts[language][word] = counts[language].get(word, 0) + 1
    return engine, counts


def test_nine_of_ten_mistakes_are_put_right_at_once(real):
    engine, counts = real
    known = counts["es"].keys() | counts["en"].keys()
    for language, mistakes in MISTAKES.items():
        words = sorted(
            word
            for word, count in counts[language].items()
            if count >= 5 and len(word) >= 5 and word.isalpha() and word.isascii()
        )
        chance = random.Random(11)
        asked, right = 0, 0
        for mistake in mistakes.values():
            for word in chance.sample(words, 70):
                typed = mistake(word, chance)
                if typed not in known:
                    asked += 1
                    first = (list(engine.respell(typed, language)) or [""])[0]
                    right += analysis.fold(first) == word
        assert asked > 300
        assert right / asked >= 0.9, f"{language}: {right} of {asked}"


def test_hostile_strings_are_respelled_and_completed_as_any_other(data, engine):
    engine.index([document(1, text="La educación técnica")])
    for name in ("blns.json", "xss_payloads.json"):
        for typed in json.loads((data / "hostile_input" / name).read_text("utf-8")):
            for word in (str(typed), *str(typed).split()):
                assert len(engine.complete(word, "es")) <= 8
                assert len(engine.respell(word, "en")) <= 3
