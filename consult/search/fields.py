"""Words such as `tema:equidad` in what a person typed: each narrows the search to a facet's value."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .analysis import folded

# As people say each facet, in both languages, without accents.
WORDS = {
    "type": ("tipo", "type", "kind"),
    "theme": ("tema", "temas", "theme", "themes"),
    "stance": ("postura", "posturas", "stance"),
    "group": ("mesa", "mesas", "grupo", "group"),
    "draft": ("borrador", "draft"),
    "sector": ("sector",),
    "state": ("estado", "state"),
    "lang": ("idioma", "lengua", "language", "lang"),
    "year": ("ano", "year"),
}
FACET_OF = {word: facet for facet, words in WORDS.items() for word in words}

# A phrase is passed over whole; so a field word is one only outside of quotes, at a word's start.
PIECE = re.compile(
    r"""["“”«»][^"“”«»]*["“”«»]?
    | (?<!\S)(?P<minus>-?)(?P<name>[^\W\d_]+)[:：](?P<space>\s*)
      (?P<said>(?:["“”«»][^"“”«»]*["“”«»]?|[^\s"“”«»]+)+)""",
    re.VERBOSE,
)
# Of several values, each in quotes or up to a comma.
VALUE = re.compile(r"""["“”«»](?P<quoted>[^"“”«»]*)["“”«»]?|(?P<bare>[^,，;"“”«»]+)""")

# The values of a facet that go by a name: none where the name is not known.
Called = Callable[[str, str], Sequence[str]]


@dataclass
class Narrowed:
    """What is left of a text without its field words, and what these chose.

    `unknown` holds each (field word, name) that named no value, and `kept` each that asked to leave
    a value out, which facets cannot: those are searched as words.
    """

    rest: str
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)


def narrowed(text: str, called: Called, unfinished: bool = False) -> Narrowed:
    """`text` with its field words taken out, where `called` knows their values.

    A field word at the end of an `unfinished` text is left aside until it names something.
    """
    found = Narrowed(text)
    chosen: dict[str, list[str]] = {}

    def take(piece: re.Match[str]) -> str:
        facet = FACET_OF.get(folded(piece["name"] or ""))
        if facet is None:
            return piece.group()
        names = [
            name
            for value in VALUE.finditer(piece["said"])
            if (name := (value["quoted"] or value["bare"] or "").strip())
        ]
        values = {name: called(facet, name) for name in names}
        if piece["space"] and not all(values.values()):
            # "Estado: grave" is a sentence.
            return piece.group()
        if piece["minus"]:
            found.kept += [(piece["name"], name) for name in names]
            return " ".join(f'-"{name}"' for name in names)
        words = []
        for name in names:
            if values[name]:
                chosen.setdefault(facet, []).extend(values[name])
            elif not (unfinished and piece.end() == len(text)):
                found.unknown.append((piece["name"], name))
                words.append(name)
        return " ".join(words)

    found.rest = PIECE.sub(take, text)
    found.filters = {facet: tuple(dict.fromkeys(values)) for facet, values in chosen.items()}
    return found
