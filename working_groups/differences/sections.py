"""What became of the sections of a draft from one version to another."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from django.core.cache import caches
from django.db import models
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override, pgettext_lazy

from consult.common import languages, markup

from ..models import Version
from .alignment import Passage, compare
from .rendering import marked

# Raised when the form of what is kept in the cache changes.
FORMAT = 1
# Stands in no text: to the parser it is a blank.
SEPARATOR = "\x1e"


class Change(models.TextChoices):
    """What can become of a section; the first of several is the one to name it by."""

    ADDED = "added", pgettext_lazy("section", "added")
    REMOVED = "removed", pgettext_lazy("section", "removed")
    WORDS = "words", pgettext_lazy("section", "changed")
    MOVED = "moved", pgettext_lazy("section", "moved")
    RENUMBERED = "renumbered", pgettext_lazy("section", "renumbered")
    REFERENCES = "references", pgettext_lazy("section", "only numbers of references changed")
    FORM = "form", pgettext_lazy("section", "only the form changed")
    NONE = "none", pgettext_lazy("section", "the same")


@dataclass
class Text:
    """A section in one language, with what changed in it, as HTML."""

    lang: str
    heading: SafeString
    body: SafeString
    change: Change
    # The other language has a text, this one has none.
    missing: bool

    @property
    def not_yet(self) -> str:
        """What the reader is told where the text is missing."""
        return languages.not_yet_translated(self.lang)


@dataclass
class SectionDifference:
    """A section of two versions, `older` and `newer`; one of them is None where it has it not."""

    older: Any
    newer: Any
    moved: bool
    texts: list[Text]

    @property
    def section(self) -> Any:
        """The section as it is; as it was, where it is no more."""
        return self.newer or self.older

    @property
    def uid(self) -> Any:
        return self.section.uid

    @property
    def changes(self) -> list[Change]:
        """All that became of it, what matters most first."""
        if not self.older or not self.newer:
            return [Change.REMOVED if self.older else Change.ADDED]
        found = {text.change for text in self.texts}
        if self.moved:
            found.add(Change.MOVED)
        if self.renumbered:
            found.add(Change.RENUMBERED)
        return [each for each in Change if each in found and each != Change.NONE] or [Change.NONE]

    @property
    def change(self) -> Change:
        return self.changes[0]

    @property
    def is_folded(self) -> bool:
        """Whether its words are what they were."""
        return self.change not in (Change.WORDS, Change.ADDED, Change.REMOVED)

    def changed_elsewhere(self, codes: Sequence[str]) -> bool:
        """Whether words changed in another language only than those in `codes`."""
        if not self.older or not self.newer or self.change == Change.WORDS:
            return False
        return any(
            getattr(self.older, f"digest_{code}") != getattr(self.newer, f"digest_{code}")
            for code in languages.CODES
            if code not in codes
        )

    @property
    def renumbered(self) -> bool:
        return bool(self.older and self.newer) and self.older.number != self.newer.number


def compare_versions(
    older: Version, newer: Version, codes: Sequence[str]
) -> list[SectionDifference]:
    """The sections of both versions in the languages `codes`, in the order of the newer.

    Sections that are no more stand where they stood.
    """
    pairs = _pairs(list(older.sections.all()), list(newer.sections.all()))
    return _differences(pairs, [_kept(older, newer, pairs, code) for code in codes])


def compare_sections(
    older: Sequence[Any], newer: Sequence[Any], codes: Sequence[str]
) -> list[SectionDifference]:
    """As `compare_versions`, for sections that are no version yet; nothing of it is kept."""
    pairs = _pairs(older, newer)
    return _differences(pairs, [_texts(pairs, code) for code in codes])


def _differences(pairs: list[Any], texts: list[list[Text]]) -> list[SectionDifference]:
    """Each of `pairs` with its `texts`, which come by language."""
    resolved = _resolved([text for of_code in texts for text in of_code])
    return [
        SectionDifference(old, new, moved, resolved[place :: len(pairs)])
        for place, (old, new, moved) in enumerate(pairs)
    ]


def _texts(pairs: list[Any], code: str) -> list[Text]:
    with override(code):
        return [_text(old, new, code) for old, new, _moved in pairs]


def _kept(older: Version, newer: Version, pairs: list[Any], code: str) -> list[Text]:
    """The texts of `pairs` in one language; versions never change, so they are kept."""
    # By their digests: another database has other versions under the same keys.
    key = f"difference:{FORMAT}:{older.digest}:{newer.digest}:{code}"
    cache = caches["versions"]
    found = cache.get(key)
    if found is None:
        found = _texts(pairs, code)
        cache.set(key, found)
    return found


def _resolved(texts: list[Text]) -> list[Text]:
    """`texts` with their links to pages resolved, all at once: pages move."""
    bodies = markup.resolved(SEPARATOR.join(text.body for text in texts)).split(SEPARATOR)
    return [replace(each, body=mark_safe(body)) for each, body in zip(texts, bodies, strict=True)]


def _pairs(older: Sequence[Any], newer: Sequence[Any]) -> list[tuple[Any, Any, bool]]:
    """Each section as it was, as it is, and whether others went past it."""
    was = {section.uid: place for place, section in enumerate(older)}
    common = [section.uid for section in newer if section.uid in was]
    staying = _increasing([was[uid] for uid in common])
    pairs: list[tuple[Any, Any, bool]] = [
        (older[was[new.uid]], new, was[new.uid] not in staying)
        if new.uid in was
        else (None, new, False)
        for new in newer
    ]
    # What is no more comes after what it came after, if that stayed.
    after = 0
    is_there = {section.uid for section in newer}
    for place, old in enumerate(older):
        if old.uid not in is_there:
            pairs.insert(after, (old, None, False))
            after += 1
        elif place in staying:
            after = next(n for n, pair in enumerate(pairs) if pair[0] is old) + 1
    return pairs


def _increasing(numbers: Iterable[int]) -> set[int]:
    """The most of `numbers` that can stay where they are and be in order."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        ends[place : place + 1] = [number]
        before[number] = ends[place - 1] if place else None
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def _text(old: Any, new: Any, code: str) -> Text:
    heading, body = (
        [getattr(section, f"{name}_{code}") or "" if section else "" for section in (old, new)]
        for name in ("heading", "body")
    )
    other = f"body_{languages.other(code)}"
    missing = not any(body) and bool(getattr(new or old, other))
    if not old or not new:
        # It is marked as a whole.
        place = 0 if old else 1
        tree = markup.parse(body[place])
        change = Change.REMOVED if old else Change.ADDED
        return Text(code, mark_safe(escape(heading[place])), _html(tree), change, missing)
    titles, passages = compare(*map(escape, heading)), compare(*body)
    digests = {getattr(section, f"digest_{code}") for section in (old, new)}
    if len(digests) > 1:
        change = Change.WORDS
    elif any(_in_reference(each) for each in passages if not each.same):
        change = Change.REFERENCES
    elif heading[0] != heading[1] or body[0] != body[1]:
        change = Change.FORM
    else:
        change = Change.NONE
    return Text(code, _html(marked(titles)), _html(marked(passages)), change, missing)


def _in_reference(passage: Passage) -> bool:
    path = passage.newer_path
    return bool(path and path[-1].is_unit and path[-1].tag == "a")


def _html(tree: markup.Tree) -> SafeString:
    """`tree` as it is shown: a note in brackets at its place, a reference leading to its section."""
    for node in markup.walk(tree):
        if node.tag == "small":
            node.children = [" [", *node.children, "]"]
        elif uid := node.refers_to:
            node.attrs = {"href": f"#s-{uid}", "class": "reference"}
    return mark_safe(markup.html_of(tree))
