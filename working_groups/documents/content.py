"""What was read, in the form of a draft's file (docs: “A draft, from JSON”), for `import_draft`."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from consult.common.importing import ImportRefused
from consult.common.markup import Node, Tree, html_of, parse, rewritten

from ..importing import TO_KEY
from ..models import DraftPage, Section
from .blocks import TO_ANCHOR
from .pairing import Pair
from .reading import ReadDocument, ReadSection

KEY_LENGTH = 80


def content_of(
    spanish: ReadDocument | None,
    english: ReadDocument | None,
    pairs: Sequence[Pair],
    draft: DraftPage | None,
    slug: str,
) -> dict[str, Any]:
    """The file of a draft with the sections in `pairs`; `draft`: the one it is for, as last edited.

    `slug`: what it is found by. What the files do not have stays as it is in `draft`. Without a
    Spanish file, its sections stay where they are, and get their English. Raises ImportRefused.
    """
    if draft is None and spanish is None:
        raise ImportRefused(
            [_("a new draft needs its text in Spanish; the English may come with it, or later")]
        )
    documents = {"es": spanish, "en": english}
    sections = list(draft.sections.all()) if draft else []
    known = {str(section.uid): section for section in sections}
    if spanish is None:
        english_of = {pair.uid: pair.en for pair in pairs}
        pairs = [Pair(en=english_of.get(uid), uid=uid) for uid in known]
    pairs = [pair for pair in pairs if pair.es is not None or pair.uid]
    keys = keys_of(spanish, pairs, known)
    anchors = {
        code: {
            read.anchor: key
            for pair, key in zip(pairs, keys, strict=True)
            if (read := section_of(document, pair, code))
        }
        for code, document in documents.items()
    }
    content: dict[str, Any] = {
        "slug": slug,
        "sections": [
            entry(documents, pair, key, known.get(pair.uid), anchors)
            for pair, key in zip(pairs, keys, strict=True)
        ],
    }
    for name in ("title", "summary"):
        words = {
            code: said
            for code, document in documents.items()
            if document and (said := getattr(document, name))
        }
        if words:
            content[name] = words
    if draft is None and spanish:
        content["title"] = {"es": named(spanish.name)} | content.get("title", {})
    return content


def entry(
    documents: dict[str, ReadDocument | None],
    pair: Pair,
    key: str,
    section: Section | None,
    anchors: dict[str, dict[str, str]],
) -> dict[str, Any]:
    """One section of the file: `section`, if it continues one, with what is new of it."""
    made: dict[str, Any] = {"key": key}
    if section:
        made |= {"uid": str(section.uid), "level": section.level}
    for code, document in documents.items():
        read = section_of(document, pair, code)
        if not read:
            continue
        if code == "es":
            made["level"] = read.level
        made.setdefault("heading", {})[code] = read.heading
        made.setdefault("body", {})[code] = pointed(read.body, anchors[code])
    return made


def section_of(document: ReadDocument | None, pair: Pair, code: str) -> ReadSection | None:
    """The section of `document`, in the language `code`, that belongs to `pair`."""
    place = getattr(pair, code)
    return document.sections[place] if document and place is not None else None


def keys_of(
    spanish: ReadDocument | None, pairs: Sequence[Pair], known: dict[str, Section]
) -> list[str]:
    """The key of each section: its own, or one made of its Spanish heading that none had before."""
    taken = {section.key for section in known.values()} | {""}
    keys = []
    for pair in pairs:
        section = known.get(pair.uid)
        key = section.key if section else ""
        if not key:
            read = section_of(spanish, pair, "es")
            heading = read.heading if read else section.heading_es if section else ""
            stem = slugify(heading)[: KEY_LENGTH - 5] or "apartado"
            key = next(
                name
                for number in range(1, len(taken) + 2)
                if (name := stem if number == 1 else f"{stem}-{number}") not in taken
            )
        taken.add(key)
        keys.append(key)
    return keys


def pointed(html: str, keys: dict[str, str]) -> str:
    """`html` with its references to sections of its own file pointing at keys.

    What refers to a section that is left out stays as the words it is.
    """
    if TO_ANCHOR not in html:
        return html

    def point(node: Node) -> Tree:
        address = node.attrs.get("href", "")
        if node.tag != "a" or not address.startswith(TO_ANCHOR):
            return [node]
        key = keys.get(address.removeprefix(TO_ANCHOR))
        return [Node("a", {"href": TO_KEY + key}, node.children)] if key else node.children

    return html_of(rewritten(parse(html), point))


def remarks(
    spanish: ReadDocument | None,
    english: ReadDocument | None,
    pairs: Sequence[Pair],
    sections: Sequence[Section],
) -> list[str]:
    """What becomes of sections that have no other side, in sentences; `sections`: the draft's."""
    alone: dict[str, list[str]] = {"es": [], "en": [], "kept": []}
    for pair in pairs:
        es, en = section_of(spanish, pair, "es"), section_of(english, pair, "en")
        if es and not en and english and not pair.uid:
            alone["es"].append(es.heading)
        if en and not es and not pair.uid:
            alone["en"].append(en.heading)
        elif en and not es and spanish:
            alone["kept"].append(en.heading)
    continue_with = {pair.uid for pair in pairs}
    gone = [str(one) for one in sections if spanish and str(one.uid) not in continue_with]
    said = [
        (_("In Spanish only: %(names)s."), alone["es"]),
        (_("In English only, and so left out: %(names)s."), alone["en"]),
        (_("Not in the Spanish file, so with the Spanish that it has: %(names)s."), alone["kept"]),
        (_("No longer in the draft: %(names)s."), gone),
    ]
    return [
        sentence % {"names": ", ".join(f"“{name}”" for name in names)}
        for sentence, names in said
        if names
    ]


def slug_of(document: ReadDocument) -> str:
    """An address for the draft in `document`, of its title."""
    return slugify(document.title or named(document.name))[:KEY_LENGTH] or "borrador"


def named(name: str) -> str:
    """A title from the name of a file."""
    return PurePath(name).stem.replace("_", " ").replace("-", " ").strip() or _("Draft")
