"""The sections of a draft as readers see them: notes numbered, references linked, terms explained."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import override

from consult.common import languages, markup

from .wording import wording

if TYPE_CHECKING:
    from .models import GlossaryTerm, Version

# Raised when the form of what is kept in the cache changes.
FORMAT = 1
# The glossary and the addresses of other pages may change meanwhile.
KEPT_SECONDS = 60
# Where no term is explained: it would be a link in a link, or a mark in a mark.
NOT_EXPLAINED_IN = frozenset({"a", "small", "code", "h2", "h3", "h4", "h5", "caption", "th"})


@dataclass
class FootNote:
    """A note below its section: its number, and the ids of itself and of its mark."""

    number: int
    id: str
    mark: str
    html: SafeString


@dataclass
class Definition:
    """A term that a section uses, explained on demand: ids as for a note."""

    id: str
    mark: str
    term: str
    words: languages.Words


@dataclass
class Shown:
    """A section's text in one language; `lang` is not always the one asked for."""

    lang: str = ""
    html: SafeString = field(default_factory=SafeString)
    notes: list[FootNote] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)


class Reading:
    """One text in one language (`code`); what is missing is shown in the other unless `strict`."""

    def __init__(
        self, code: str, sections: Iterable[Any], terms: Iterable["GlossaryTerm"], strict: bool
    ) -> None:
        self.code, self.strict = code, strict
        self.uids = {str(section.uid) for section in sections}
        self.glossaries = {each: Glossary(each, terms) for each in languages.CODES}
        self.notes = 0

    def section(self, section: Any) -> Shown:
        """The text of `section`, whose notes count on from those before."""
        found = languages.words(section, "body", self.code)
        if not found or (self.strict and found.missing):
            return Shown(found.wanted)
        self.shown = Shown(found.lang)
        # Ids are this section's, in this language: a page can have both.
        self.place = f"{section.number.replace('.', '-')}-{found.lang}"
        tree = markup.parse(found.text)
        tree = self.glossaries[found.lang].explained(tree, self._explain)
        tree = markup.rewritten(tree, self._put)
        self.shown.html = markup.shown(tree)
        return self.shown

    def _put(self, node: markup.Node) -> markup.Tree:
        if uid := node.refers_to:
            return (
                [markup.Node("a", {"href": f"#s-{uid}", "class": "reference"}, node.children)]
                if uid in self.uids
                else node.children
            )
        if node.tag != "small":
            return [node]
        self.notes += 1
        here = f"n-{self.place}-{self.notes}"
        note = FootNote(self.notes, here, f"{here}-mark", markup.shown(node.children))
        self.shown.notes.append(note)
        attrs = {"href": f"#{note.id}", "id": note.mark, "role": "doc-noteref"}
        return [
            markup.Node("sup", {"class": "mark"}, [markup.Node("a", attrs, [str(note.number)])])
        ]

    def _explain(self, term: "GlossaryTerm", typed: str) -> markup.Node:
        here = f"t-{self.place}-{term.pk}"
        words = languages.words(term, "definition", self.shown.lang)
        name = languages.words(term, "term", self.shown.lang).text
        self.shown.definitions.append(Definition(here, f"{here}-mark", name, words))
        attrs = {"href": f"#{here}", "id": f"{here}-mark", "class": "term", "role": "doc-glossref"}
        return markup.Node("a", attrs, [typed])


class Glossary:
    """The terms of one language, found where they stand: the first time each, in one text."""

    def __init__(self, code: str, terms: Iterable["GlossaryTerm"]) -> None:
        self.terms = {
            form.casefold(): (form, term) for term in terms for form in term.forms_in(code)
        }
        # The longest first: in “datos personales sensibles” not only “datos personales” is meant.
        forms = sorted((form for form, _term in self.terms.values()), key=len, reverse=True)
        self.pattern = re.compile(
            r"(?<!\w)(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)", re.IGNORECASE
        )

    def explained(self, tree: markup.Tree, explain: Any) -> markup.Tree:
        """`tree` with `explain(term, typed)` in the place of each term's first standing."""
        if not self.terms:
            return tree
        self.seen: set[int] = set()
        return self._within(tree, explain)

    def _within(self, tree: markup.Tree, explain: Any) -> markup.Tree:
        changed: markup.Tree = []
        for child in tree:
            if isinstance(child, str):
                changed += self._in_text(child, explain)
            else:
                if child.tag not in NOT_EXPLAINED_IN:
                    child.children = self._within(child.children, explain)
                changed.append(child)
        return changed

    def _in_text(self, text: str, explain: Any) -> Iterator[markup.Node | str]:
        end = 0
        for found in self.pattern.finditer(text):
            # Some letters are alike to a pattern and not when folded: “İ” is no “i”.
            form, term = self.terms.get(found[0].casefold(), ("", None))
            # An acronym is meant only where it is written as one: “IA”, not “ia”.
            if term is None or term.pk in self.seen or (form.isupper() and found[0] != form):
                continue
            self.seen.add(term.pk)
            if text[end : found.start()]:
                yield text[end : found.start()]
            yield explain(term, found[0])
            end = found.end()
        if text[end:]:
            yield text[end:]


def read(
    sections: Sequence[Any], terms: Iterable["GlossaryTerm"], code: str, *, strict: bool = False
) -> list[Shown]:
    """Each of `sections` in the language `code`; `strict`: nothing where it is not translated."""
    reading = Reading(code, sections, terms, strict)
    return [reading.section(section) for section in sections]


def read_version(version: "Version", terms: Any, code: str, *, strict: bool = False) -> list[Shown]:
    """The sections of `version` as from `read`, kept for the next reader for a while.

    `terms`: a manager of GlossaryTerm, which is asked only where nothing was kept.
    """
    key = f"reading:{FORMAT}:{version.digest}:{code}:{strict}"
    found = cache.get(key)
    if found is None:
        with override(code):
            found = read(list(version.sections.all()), list(terms.all()), code, strict=strict)
        cache.set(key, found, KEPT_SECONDS)
    return found


def preview(sections: Sequence[Any], terms: Iterable["GlossaryTerm"], code: str) -> list[Shown]:
    """The editor's `sections` as they would be published: references say today's numbers."""
    for section, row in zip(sections, wording(sections), strict=True):
        for each in languages.CODES:
            setattr(section, f"body_{each}", row[f"body_{each}"])
    return read(sections, list(terms), code)
