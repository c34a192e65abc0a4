"""The pairs of an import as staff mend them: what can be chosen for each, and what was chosen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ..models import Section
from ..rules import section_numbers
from .pairing import Pair
from .reading import ReadDocument

# How far from its row a section can stand to be offered; what has no other side is offered always.
NEAR = 20


@dataclass
class Option:
    value: str
    label: str
    chosen: bool


@dataclass
class Choice:
    """A list to choose from, its name in the form, and what is wrong with what was chosen."""

    name: str
    options: list[Option]
    problem: str = ""


@dataclass
class Row:
    """A section of one file, with the one in the other language and the one it was before."""

    label: str
    lang: str
    english: Choice | None = None
    continues: Choice | None = None
    choices: list[Choice] = field(init=False)

    def __post_init__(self) -> None:
        self.choices = [choice for choice in (self.english, self.continues) if choice]


def labels(document: ReadDocument | None) -> list[str]:
    """The sections of a file, each by its number and heading."""
    if not document:
        return []
    numbers = section_numbers(section.level for section in document.sections)
    return [
        f"{number} {Truncator(section.heading).chars(80)}"
        for number, section in zip(numbers, document.sections, strict=True)
    ]


class Mending:
    """The pairs of two files, and of a draft's `sections`, as a form."""

    def __init__(
        self,
        spanish: ReadDocument | None,
        english: ReadDocument | None,
        sections: Sequence[Section],
    ) -> None:
        self.spanish, self.english = labels(spanish), labels(english)
        self.sections = [
            (str(one.uid), f"{one.number} {Truncator(str(one)).chars(80)}") for one in sections
        ]

    # --- What was chosen ---------------------------------------------------------------------------

    def chosen(self, data: Mapping[str, str]) -> list[Pair]:
        """The pairs that a form with `data` asks for; what nobody could choose counts as nothing."""
        uids = {uid for uid, _label in self.sections}

        def continued(name: str) -> str:
            uid = data.get(name, "")
            return uid if uid in uids else ""

        pairs = []
        for place in range(len(self.spanish)):
            posted = data.get(f"en-{place}", "")
            is_one = posted.isascii() and posted.isdigit() and int(posted) < len(self.english)
            pairs.append(Pair(place, int(posted) if is_one else None, continued(f"es-uid-{place}")))
        with_spanish = {pair.en for pair in pairs}
        for place in range(len(self.english)):
            if place not in with_spanish:
                alone = Pair(None, place, continued(f"en-uid-{place}"))
                pairs.insert(after_those_before(place, pairs), alone)
        return pairs

    # --- What can be chosen ------------------------------------------------------------------------

    def rows(self, pairs: Sequence[Pair]) -> list[Row]:
        """A row for each of `pairs`; what is chosen twice has its problem with it."""
        times_en = Counter(pair.en for pair in pairs if pair.en is not None)
        times_uid = Counter(pair.uid for pair in pairs if pair.uid)
        twice = _("This is chosen in another row too.")
        rows = []
        for pair in pairs:
            english = continues = None
            if pair.es is not None and self.english:
                english = Choice(
                    f"en-{pair.es}",
                    self.offered(
                        [(str(place), label) for place, label in enumerate(self.english)],
                        "" if pair.en is None else str(pair.en),
                        set(map(str, times_en)),
                        pair.es,
                        _("not translated yet"),
                    ),
                    twice if pair.en is not None and times_en[pair.en] > 1 else "",
                )
            if self.sections:
                name = f"en-uid-{pair.en}" if pair.es is None else f"es-uid-{pair.es}"
                nothing = _("left out") if pair.es is None else _("a new section")
                place = pair.en if pair.es is None else pair.es
                continues = Choice(
                    name,
                    self.offered(self.sections, pair.uid, set(times_uid), place or 0, nothing),
                    twice if times_uid[pair.uid] > 1 else "",
                )
            label, lang = (
                (self.english[pair.en or 0], "en")
                if pair.es is None
                else (self.spanish[pair.es], "es")
            )
            rows.append(Row(label, lang, english, continues))
        return rows

    def offered(
        self,
        all_of_them: list[tuple[str, str]],
        chosen: str,
        used: set[str],
        place: int,
        nothing: str,
    ) -> list[Option]:
        """What can be chosen at `place`: what is near it, what nobody chose yet, or `nothing`."""
        return [
            Option("", nothing, not chosen),
            *(
                Option(value, label, value == chosen)
                for number, (value, label) in enumerate(all_of_them)
                if value == chosen or value not in used or abs(number - place) <= NEAR
            ),
        ]


def after_those_before(place: int, pairs: Sequence[Pair]) -> int:
    """Where among `pairs` the section at `place` of the English text belongs."""
    before = [(pair.en, number) for number, pair in enumerate(pairs, 1) if pair.en is not None]
    return max((one for one in before if one[0] < place), default=(0, 0))[1]
