"""Which group a text belongs to: found by an index of few texts a group, never by a scan.

A group is represented by up to so many of its texts that differ. A new text is looked up by its keys,
compared with the representatives that share most of them, and joins the group of the likest. Texts
never join two groups into one: a text that quotes two letters would. A person may.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from .fingerprints import Fingerprint, likeness, overlap

# What one look-up may cost at most: representatives compared, and representatives under one key.
MOST_COMPARED = 20
MOST_UNDER_A_KEY = 64
# A representative shares at least so many of a text's keys, and so much of them.
FEWEST_KEYS = 2
FEWEST_KEYS_PART = 0.1
# Texts that represent a group, and how far a text may overlap with its likest to be another.
MOST_REPRESENTATIVES = 8
NEARLY_THE_SAME = 0.9


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a text went: the representative that it is like, if any, and whether it is one itself.

    `keys`: those that a representative is found by from now on.
    """

    number: int
    like: int | None
    represents: bool
    keys: tuple[int, ...]


def alone(number: int) -> Hashable:
    """The group of a text that is like no other so far."""
    return ("alone", number)


class Index:
    """The representatives of all groups, by key. Texts and groups are known by numbers of others."""

    def __init__(self) -> None:
        self.under: dict[int, list[int]] = defaultdict(list)
        self.prints: dict[int, Fingerprint] = {}
        self.group: dict[int, Hashable] = {}
        self.representing: Counter[Hashable] = Counter()

    def candidates(self, text: Fingerprint) -> list[int]:
        """The representatives that share the most keys with `text`, those with the most first."""
        shared = Counter(number for key in text.keys for number in self.under.get(key, ()))
        fewest = min(max(FEWEST_KEYS, FEWEST_KEYS_PART * len(text.keys)), len(text.keys))
        ranked = sorted(shared.items(), key=lambda each: (-each[1], each[0]))[:MOST_COMPARED]
        return [number for number, keys in ranked if keys >= fewest]

    def place(self, number: int, text: Fingerprint) -> Placement:
        """Put `text` where it belongs."""
        like, best = None, 0.0
        for candidate in self.candidates(text):
            known = self.prints.get(candidate)
            # Of those it is like, the one nearest to it as a whole: not a part of it.
            if known and likeness(text, known) and (near := overlap(text, known)) > best:
                like, best = candidate, near
                if best == 1.0:
                    break
        group = alone(number) if like is None else self.group[like]
        represents = bool(text.keys) and (
            like is None
            or (best < NEARLY_THE_SAME and self.representing[group] < MOST_REPRESENTATIVES)
        )
        keys = self._add(number, text, group) if represents else ()
        return Placement(number, like, represents, keys)

    def _add(self, number: int, text: Fingerprint, group: Hashable) -> tuple[int, ...]:
        """Let `text` represent `group`; returns the keys that it is found by."""
        self.prints[number], self.group[number] = text, group
        self.representing[group] += 1
        keys = tuple(key for key in text.keys if len(self.under[key]) < MOST_UNDER_A_KEY)
        for key in keys:
            self.under[key].append(number)
        return keys


def grouped(texts: Iterable[Fingerprint]) -> list[Hashable]:
    """The group of each of `texts`, taken in one after another."""
    index = Index()
    groups: dict[int, Hashable] = {}
    for number, text in enumerate(texts):
        like = index.place(number, text).like
        groups[number] = alone(number) if like is None else index.group[like]
    return list(groups.values())
