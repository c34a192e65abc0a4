"""A version as it leaves the site, on paper or in a file: in one language, or in both."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from consult.common import languages
from consult.common.languages import Words
from consult.common.markup import Node, Tree, html_of, parse, rewritten, text_of
from consult.common.templatetags.consult import moment_in_words

from ..models import DraftPage, Version, VersionSection

# What neither PDF nor DOCX can hold: controls, and the two that are no characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# So many lists, quotations and marks one within another keep their form; deeper, only their words.
DEPTH = 10
NESTING = frozenset(
    ["a", "b", "blockquote", "code", "div", "i", "ol", "s", "small", "sub", "sup", "table", "ul"]
)
# Which Spanish and which English: spelling, hyphenation and voices differ.
LOCALES = {"es": "es-MX", "en": "en-US"}
# The longest address that a PDF can lead to.
ADDRESS_LENGTH = 2_000


@dataclass(frozen=True)
class Column:
    """A section in one of the languages of an edition."""

    number: str
    level: int
    lang: str
    # What references lead to, one for each section and language.
    anchor: str
    heading: Words
    body: Tree
    # The language that the body is in.
    body_lang: str
    # What the reader is told where not everything is there in `lang`; else empty.
    notice: str


@dataclass(frozen=True)
class Edition:
    """One version of `draft`, with its sections in the languages `codes`.

    `falls_back`: what one language lacks stands in the other, marked as such; else it is left out.
    What is said about the version is said in the reader's language.
    """

    draft: DraftPage
    version: Version
    codes: tuple[str, ...]
    falls_back: bool = False

    @cached_property
    def titles(self) -> list[Words]:
        """The draft's title in each of the languages that has one; one title at least."""
        found = [_printable(languages.words(self.version, "heading", code)) for code in self.codes]
        return [words for words in found if not words.missing] or found[:1]

    @cached_property
    def group(self) -> Words:
        """Who wrote it."""
        return _printable(languages.words(self.draft.group, "heading"))

    @cached_property
    def place(self) -> dict[str, int]:
        """Which version it is, of how many."""
        return {"number": self.version.number, "count": self.draft.versions.count()}

    @property
    def standing(self) -> str:
        return _("Version %(number)s of %(count)s") % self.place

    @property
    def address(self) -> str:
        """Where the version can be read for ever."""
        place = (self.draft.group.slug, self.draft.slug, self.version.number)
        return settings.WAGTAILADMIN_BASE_URL + reverse("version", args=place)

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """What one cites the version by, each with its name."""
        return [
            (_("Working group"), self.group.text),
            (_("Version"), _("%(number)s of %(count)s") % self.place),
            (_("Date of publication"), moment_in_words(self.version.published_at)),
            (_("Address"), self.address),
            (_("SHA-256 of the text"), self.version.digest),
        ]

    @property
    def prevails(self) -> str:
        return _("If the two languages differ, the text in %(language)s prevails.") % {
            "language": self.draft.get_prevailing_language_display()
        }

    @cached_property
    def legal_notes(self) -> list[tuple[str, Tree]]:
        """The draft's legal standing, each with its language: in those of the edition, or in one."""
        found = [languages.words(self.draft, "legal_note", code) for code in self.codes]
        texts = {words.lang: words.text for words in found if words}
        return [(lang, _readable(_linked(html, {}))) for lang, html in texts.items()]

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all that makes one edition differ from another."""
        makes = [
            *(self.version.pk, self.codes, self.falls_back, languages.current()),
            *([words.text for words in self.titles], self.facts, self.prevails),
            [(lang, html_of(note)) for lang, note in self.legal_notes],
        ]
        return hashlib.sha256(json.dumps(makes).encode()).hexdigest()

    @cached_property
    def sections(self) -> list[list[Column]]:
        """For each section, in order, its column in each of the languages."""
        sections = list(self.version.sections.all())
        rows: list[list[Column]] = [[] for _section in sections]
        for place, code in enumerate(self.codes):
            anchors = {str(s.uid): f"s-{s.uid}-{code}" if place else f"s-{s.uid}" for s in sections}
            for row, section in zip(rows, sections, strict=True):
                row.append(self._column(section, code, anchors))
        return rows

    def _column(self, section: VersionSection, code: str, anchors: dict[str, str]) -> Column:
        heading, body = (languages.words(section, name, code) for name in ("heading", "body"))
        missing = heading.missing or body.missing
        if not self.falls_back:
            heading, body = (
                Words("", code, code) if words.missing else words for words in (heading, body)
            )
        return Column(
            number=section.number,
            level=section.number.count(".") + 1,
            lang=code,
            anchor=anchors[str(section.uid)],
            heading=_printable(heading),
            body=_readable(_linked(body.text, anchors)),
            body_lang=body.lang,
            notice=languages.not_yet_translated(code) if missing else "",
        )


def _printable(words: Words) -> Words:
    return replace(words, text=UNPRINTABLE.sub("", words.text))


def _linked(html: str, anchors: dict[str, str]) -> Tree:
    """The tree of `html`, each link with its whole address, or `#` and the anchor of a section."""

    def refer(node: Node) -> Tree:
        anchor = anchors.get(node.refers_to)
        if anchor:
            return [Node("a", {"href": f"#{anchor}"}, node.children)]
        return node.children if node.refers_to else [node]

    def lead(node: Node) -> Tree:
        if node.tag != "a":
            return [node]
        address = node.attrs.get("href", "")
        if address.startswith("/"):
            address = settings.WAGTAILADMIN_BASE_URL + address
        whole = re.match("https?:|mailto:|tel:|#s-", address) and len(address) <= ADDRESS_LENGTH
        return [Node("a", {"href": address}, node.children)] if whole else node.children

    referring = html_of(rewritten(parse(html), refer))
    return rewritten(parse(expand_db_html(referring)), lead)


def _readable(tree: Tree, depth: int = DEPTH, in_note: bool = False) -> Tree:
    """`tree` as every kind of file can hold it: printable, not too deep, no note within a note."""
    kept: Tree = []
    for child in tree:
        if isinstance(child, str):
            if text := UNPRINTABLE.sub("", child):
                kept.append(text)
            continue
        nests = child.tag in NESTING
        if nests and not depth:
            kept.append(UNPRINTABLE.sub("", f" {text_of([child])} "))
            continue
        is_note = child.tag == "small"
        inner = _readable(child.children, depth - nests, in_note or is_note)
        kept += (
            [" [", *inner, "]"] if is_note and in_note else [Node(child.tag, child.attrs, inner)]
        )
    return kept
