"""How long the difference of two long versions takes, beside what aligning their words takes alone."""

import random
import time
import uuid
from difflib import SequenceMatcher
from types import SimpleNamespace
from typing import Any

from consult.common.languages import CODES
from working_groups.differences import Change, compare_versions
from working_groups.wording import words_digest

SECTIONS, PARAGRAPHS, WORDS = 200, 5, 60
# Of each paragraph, so many places are written anew.
CHANGES = 3
SMALL = ["de", "la", "que", "el", "en", "y", "a", "los", "se", "del", "las", "un", "por", "con"]


def version(texts: list[dict[str, list[list[str]]]]) -> Any:
    """What stands for a version with a section for each of `texts`."""
    sections = []
    for n, text in enumerate(texts):
        bodies = {code: "".join(f"<p>{' '.join(p)}.</p>" for p in text[code]) for code in CODES}
        row = {
            name: value
            for code, body in bodies.items()
            for name, value in (
                (f"heading_{code}", f"Apartado {n}"),
                (f"body_{code}", body),
                (f"digest_{code}", words_digest("", body)),
            )
        }
        uid = uuid.uuid5(uuid.NAMESPACE_OID, str(n))
        sections.append(SimpleNamespace(uid=uid, number=str(n + 1), level=1, **row))
    return SimpleNamespace(digest=str(id(texts)), sections=SimpleNamespace(all=lambda: sections))


def rewritten(paragraph: list[str], words: list[str]) -> list[str]:
    changed = list(paragraph)
    for _ in range(CHANGES):
        place = random.randrange(len(changed))
        changed[place : place + random.randrange(4)] = random.choices(words, k=random.randrange(4))
    return changed


def test_every_section_changed() -> None:
    random.seed(123)
    letters = "aeiourstlnmdpc"
    words = ["".join(random.choices(letters, k=random.randint(4, 11))) for _ in range(4_000)]
    words += SMALL * 150
    older = [
        {code: [random.choices(words, k=WORDS) for _ in range(PARAGRAPHS)] for code in CODES}
        for _ in range(SECTIONS)
    ]
    newer = [
        {code: [rewritten(paragraph, words) for paragraph in text[code]] for code in CODES}
        for text in older
    ]
    one, other = version(older), version(newer)

    started = time.perf_counter()
    found = compare_versions(one, other, CODES)
    took = time.perf_counter() - started
    assert all(section.change == Change.WORDS for section in found)

    started = time.perf_counter()
    for before, after in zip(older, newer, strict=True):
        for code in CODES:
            flat = [
                [word for paragraph in text[code] for word in paragraph] for text in (before, after)
            ]
            SequenceMatcher(None, *flat, autojunk=False).get_opcodes()
    plain = time.perf_counter() - started
    print(
        f"\ndifference of {SECTIONS} sections, all changed, in two languages: {took:.2f} s;",
        end=" ",
    )
    print(f"difflib, for the words alone: {plain:.2f} s, {plain / took:.1f} ×")
