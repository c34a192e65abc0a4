"""How well the machine proposes: campaigns against known letters, personal data against known ones."""

import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from consult.submissions.enums import Covered

from .campaigns.fingerprints import fingerprint
from .campaigns.grouping import grouped
from .personal_data import find

# What the kinds are called in files of others.
KINDS = {
    "EMAIL_ADDRESS": Covered.EMAIL,
    "PHONE_NUMBER": Covered.PHONE,
    "CREDIT_CARD": Covered.CARD,
    "STREET_ADDRESS": Covered.ADDRESS,
    **{kind.value.upper(): kind for kind in Covered},
}
# A value is looked for as people write it: alone, in a sentence, in brackets.
SENTENCES = ("{}", "Mi dato es {}, gracias.", "Escríbanme ({}).", "Contact: {}")
MEGABYTE = 1024  # in kilobytes, as the system counts


def pairs(number: int) -> int:
    return number * (number - 1) // 2


@dataclass
class Pairs:
    """Pairs of texts: in one group and of one letter, in one group wrongly, of one letter."""

    right: int = 0
    wrong: int = 0
    known: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.known if self.known else 1.0


def compare_groups(
    groups: Sequence[Hashable], letters: Sequence[str | None], left_out: Collection[str] = ()
) -> Pairs:
    """Groups against the letters that texts are known to be; None: none of them.

    Two texts in one group that are of no letter say nothing; one of a letter and one of none are
    wrong. Texts with a label of `left_out` do not count: there is more than one letter under it.
    """
    found = Pairs(known=sum(pairs(n) for n in _known(letters, left_out).values()))
    by_group: dict[Hashable, Counter[str | None]] = defaultdict(Counter)
    for group, letter in zip(groups, letters, strict=True):
        if letter not in left_out:
            by_group[group][letter] += 1
    for members in by_group.values():
        none = members.pop(None, 0)
        right = sum(pairs(number) for number in members.values())
        known = sum(members.values())
        found.right += right
        found.wrong += pairs(known) - right + known * none
    return found


def _known(letters: Iterable[str | None], left_out: Collection[str]) -> Counter[str]:
    return Counter(letter for letter in letters if letter is not None and letter not in left_out)


def group_texts(texts: Iterable[str]) -> list[Hashable]:
    return grouped(fingerprint(text) for text in texts)


def told_apart(texts: Sequence[str], number: int) -> list[str]:
    """So many texts like `texts`: these, and then copies whose words are others, alike as these are."""
    found: list[str] = []
    for copy in count():
        for text in texts:
            if len(found) == number:
                return found
            found.append(re.sub(r"\w+", rf"\g<0>{copy}", text) if copy else text)
    return found


@dataclass
class Cost:
    seconds: float
    megabytes: float


def cost_of_grouping(texts: Sequence[str]) -> Cost:
    """What grouping all of `texts` takes, one after another.

    Time, and the most memory that the whole process has had.
    """
    start = time.perf_counter()
    group_texts(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(time.perf_counter() - start, peak / MEGABYTE)


@dataclass
class Found:
    """Of personal data of one kind: how many there are, how many were found, what was not."""

    there: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.there if self.there else 1.0

    def note(self, value: str, found: bool) -> None:
        self.there += 1
        self.found += found
        if not found:
            self.missed.append(value)


def find_values(rows: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Found], dict[str, Found]]:
    """Known values (`type`, `value`, `valid`), each as people write it: the valid, the invalid.

    Of the invalid ones, none is to be found.
    """
    valid: dict[str, Found] = defaultdict(Found)
    invalid: dict[str, Found] = defaultdict(Found)
    for row in rows:
        kind, value = KINDS.get(row["type"]), row["value"]
        if kind is None:
            continue
        for sentence in SENTENCES:
            start = sentence.index("{")
            hit = any(
                span.kind == kind and span.start <= start and span.end >= start + len(value)
                for span in find(sentence.format(value))
            )
            (valid if row["valid"] else invalid)[kind].note(value, hit)
    return dict(valid), dict(invalid)


def find_spans(rows: Iterable[Mapping[str, Any]]) -> dict[str, Found]:
    """Texts with their known spans (`type`, `start`, `end`): found if one of the kind touches it."""
    by_kind: dict[str, Found] = defaultdict(Found)
    for row in rows:
        spans = find(row["text"])
        for known in row["spans"]:
            if kind := KINDS.get(known["type"]):
                hit = any(
                    s.kind == kind and s.start < known["end"] and s.end > known["start"]
                    for s in spans
                )
                by_kind[kind].note(row["text"][known["start"] : known["end"]], hit)
    return dict(by_kind)


def flagged(texts: Iterable[str]) -> list[tuple[str, str]]:
    """What is found in `texts`, which hold no personal data: the kind and the words, one a text."""
    found = []
    for text in texts:
        if spans := find(text):
            found.append((spans[0].kind, text[spans[0].start : spans[0].end]))
    return found


def texts_of(row: Mapping[str, Any]) -> list[str]:
    """The texts of a row: of a file of texts, or of one of submissions."""
    if "comments" in row:
        return [comment["body"] for comment in row["comments"]]
    return [row["text"]]
