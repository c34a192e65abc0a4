"""How often the language of a text is told, on texts from life; run with -s to read the figures."""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consult.common.languages import detect

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the data to measure with is not here")

SHORT = 40
NAHUATL, MAYA, TSELTAL = "nhn", "yua", "tzh"


def rows(path: str) -> Iterator[dict]:
    with (SHARED / path).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def declaration(code: str) -> list[str]:
    return [
        row["text"]
        for row in rows("udhr/paragraphs_es_en_indigenous.jsonl")
        if row["lang"] == code and len(row["text"]) > 20
    ]


def piece(text: str, chance: random.Random) -> str:
    """Some words of `text` in a row, of fewer than forty characters."""
    words = text.split()
    start = chance.randrange(max(1, len(words) - 3))
    found = ""
    for word in words[start:]:
        if len(found) + len(word) + 1 >= SHORT:
            break
        found = f"{found} {word}".strip()
    return found


def share(name: str, texts: list[str], *right: str) -> float:
    """The share of `texts` told as one of `right`, where nothing helps; printed."""
    other = "en" if "es" in right else "es"
    told = sum(detect(text, other) in right for text in texts) / len(texts)
    sys.stdout.write(f"{name}: {told:.3f} of {len(texts)}\n")
    return told


def ours(code: str) -> list[str]:
    chance = random.Random(2)
    if code == "en":
        texts = [row["text"] for row in rows("campaigns_fcc/comments_14_28.jsonl")]
    else:
        texts = [row["text"] for row in rows("decide_madrid_2019/comments.jsonl")]
        for row in rows("consultation_chile_ai_2021/submissions.jsonl"):
            texts += [comment["body"] for comment in row["comments"] if row["lang"] == "es"]
    return chance.sample(texts, 1_500)


@pytest.mark.parametrize("code", ["es", "en"])
def test_short_texts_in_one_of_the_two_languages(code: str) -> None:
    chance = random.Random(3)
    short = [found for text in ours(code) if len(found := piece(text, chance)) > 7]
    assert share(f"{code}, under {SHORT} characters", short, code) >= 0.97


@pytest.mark.parametrize("code", ["es", "en"])
def test_whole_texts_in_one_of_the_two_languages(code: str) -> None:
    assert share(f"{code}, whole", ours(code), code) >= 0.985


@pytest.mark.parametrize("spoken, code", [(NAHUATL, "nah"), (MAYA, "yua"), (TSELTAL, "tzh")])
def test_languages_of_the_country(spoken: str, code: str) -> None:
    chance = random.Random(4)
    texts = declaration(spoken)
    assert share(f"{code}, whole", texts, code) >= 0.92
    short = [piece(text, chance) for text in texts]
    assert share(f"{code}, under {SHORT} characters", short, code) >= 0.6


@pytest.mark.parametrize("spoken", ["mto", "ztu", "maz", "mam", "quc", "toj", "miq", "ayr"])
def test_a_language_without_a_profile_is_not_forced_into_one_of_the_two(spoken: str) -> None:
    told = [detect(text, "es") in ("es", "en") for text in declaration(spoken)]
    sys.stdout.write(f"{spoken}: {1 - sum(told) / len(told):.3f} as neither of the two\n")
    assert sum(told) / len(told) <= 0.15


def test_a_neighbour_that_looks_like_spanish() -> None:
    assert share("pt", declaration("por_BR"), "pt") >= 0.9
