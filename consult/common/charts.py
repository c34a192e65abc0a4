"""Bar charts drawn by the server as SVG, each with a sentence and a table that say the same.

Numbers are written as in Mexico in both languages, a point before the decimals and a comma between
thousands: Django's own Spanish would write 44,6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from textwrap import wrap
from typing import Any

from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .languages import Words, current, not_yet_translated

# What fits in a line of a label on a screen of 320 pixels: SVG does not wrap text by itself.
LABEL_WIDTH = 36
# Of the chart's width; the rest is for the number after the longest bar.
LONGEST_BAR = Decimal(56)
# In em, so that a chart grows with the reader's own text size.
LINE, BAR, GAP = Decimal("1.3"), Decimal("1.1"), Decimal("0.7")
# How many equal firsts a sentence names.
FIRSTS_NAMED = 3


def number(value: int) -> str:
    """`value` for people: 12,345."""
    return f"{value:,}"


def percentage(count: int, total: int) -> str:
    """`count` as a share of `total` with one decimal, halves rounded up: 44.6 %."""
    share = Decimal(100 * count) / total if total else Decimal(0)
    return f"{share.quantize(Decimal('0.1'), ROUND_HALF_UP)} %"


def own_words(text: str | Promise) -> Words:
    """`text` of our own, as a heading or a label in the reader's language."""
    return Words(capfirst(str(text)), current(), current())


@dataclass(frozen=True)
class Bar:
    """What is counted and how often; not `said`: those who left it open."""

    label: Words
    count: int
    said: bool = True


@dataclass(frozen=True)
class Line:
    """One line of a label, and where it stands."""

    text: str
    y: str


@dataclass(frozen=True)
class Row:
    """A bar with its label and numbers, laid out."""

    label: Words
    lines: list[Line]
    count: str
    share: str
    width: str
    y: str
    baseline: str


@dataclass(frozen=True)
class Figure:
    """A chart of `bars` under `title`; without bars only the sentence is shown.

    `column` heads the labels in the table. Shares are of `total`; a bar as long as `full` fills the
    width. `id` is unique on its page.
    """

    id: str
    title: Words
    sentence: str
    column: str = ""
    bars: Sequence[Bar] = ()
    total: int = 0
    full: int = 0
    note: str = ""

    @property
    def untranslated(self) -> str:
        """What the reader is told where the title is in the other language; empty if it is not."""
        return not_yet_translated(self.title.wanted) if self.title.missing else ""

    @property
    def rows(self) -> list[Row]:
        """The bars from top to bottom, every measure already a string that no locale changes."""
        rows, top = [], Decimal(0)
        for bar in self.bars:
            lines = []
            for text in wrap(bar.label.text, LABEL_WIDTH):
                top += LINE
                lines.append(Line(text, f"{top - LINE / 3:.2f}em"))
            rows.append(
                Row(
                    label=bar.label,
                    lines=lines,
                    count=number(bar.count),
                    share=percentage(bar.count, self.total),
                    width=f"{LONGEST_BAR * bar.count / max(self.full, 1):.2f}%",
                    y=f"{top:.2f}em",
                    baseline=f"{top + BAR - BAR / 6:.2f}em",
                )
            )
            top += BAR + GAP
        return rows

    @property
    def height(self) -> str:
        """Of the drawing, in em."""
        lines = sum(len(wrap(bar.label.text, LABEL_WIDTH)) for bar in self.bars)
        return f"{lines * LINE + len(self.bars) * (BAR + GAP):.2f}em"


def name_firsts(
    bars: Sequence[Bar], *, of: str, total: int, firsts: Any, none: str | Promise
) -> SafeString:
    """The sentence that names the longest of `bars`, as HTML.

    `firsts` is an `ngettext_lazy(…, "firsts")` on how many share the first place, with the places
    %(of)s (the whole, in words), %(labels)s, %(count)s and %(share)s; `none`, with %(of)s, is for
    when nobody said anything.
    """
    said = [bar for bar in bars if bar.said and bar.count]
    if not said:
        return mark_safe(str(none) % {"of": conditional_escape(of)})
    most = max(bar.count for bar in said)
    first = [bar for bar in said if bar.count == most]
    labels = ", ".join(f"“{bar.label.marked()}”" for bar in first[:FIRSTS_NAMED])
    more = len(first) - FIRSTS_NAMED
    if more > 0:
        labels = _("%(labels)s and %(more)d more") % {"labels": labels, "more": more}
    return mark_safe(
        firsts
        % {
            "firsts": len(first),
            "of": conditional_escape(of),
            "labels": labels,
            "count": number(most),
            # A sentence may be wrapped, the number not.
            "share": percentage(most, total).replace(" ", "\xa0"),
        }
    )
