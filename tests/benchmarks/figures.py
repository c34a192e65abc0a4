"""What was measured of several systems, as tables in Markdown."""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


def percentile(times: Sequence[float], percent: int) -> float:
    """The time that so many of a hundred do not exceed."""
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


def said(value: float) -> str:
    """A figure with as many digits as tell."""
    if value == 0:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{round(value, digits):,.{digits}f}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass
class Measures:
    """What was measured with `size` documents.

    `times` are milliseconds by kind of question and by system, in the order asked: some systems were
    asked the first few only. `facts` are figures that are there once, by name and by system.
    """

    size: int
    times: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    facts: dict[str, dict[str, float]] = field(default_factory=dict)

    def note(self, kind: str, system: str, milliseconds: float) -> None:
        self.times.setdefault(kind, {}).setdefault(system, []).append(milliseconds)

    def fact(self, name: str, system: str, value: float) -> None:
        self.facts.setdefault(name, {})[system] = value

    def median(self, kind: str, system: str) -> float:
        return statistics.median(self.times[kind][system])

    def p95(self, kind: str, system: str) -> float:
        return percentile(self.times[kind][system], 95)

    def ratio(self, kind: str, system: str, to: str) -> float | None:
        """How many times as long `to` took as `system`, on the questions that both were asked."""
        ours, theirs = (self.times.get(kind, {}).get(name) for name in (system, to))
        if not ours or not theirs:
            return None
        both = min(len(ours), len(theirs))
        return statistics.median(theirs[:both]) / statistics.median(ours[:both])

    def table(self, systems: Sequence[str]) -> str:
        """A row for each fact and each kind of question: medians, and the ninety-fifth of a hundred."""
        rows = [
            [name, *(said(each[s]) if s in each else "—" for s in systems)]
            for name, each in self.facts.items()
        ]
        rows += [
            [
                f"{kind}, ms",
                *(
                    f"{said(self.median(kind, s))} / {said(self.p95(kind, s))}"
                    if s in each
                    else "—"
                    for s in systems
                ),
            ]
            for kind, each in self.times.items()
        ]
        return table([f"{self.size:,} documents", *systems], rows)

    def ratios(self, system: str, others: Sequence[str]) -> str:
        """How many times as fast `system` is as each of the others, by kind of question."""
        rows = []
        for kind in self.times:
            found = [self.ratio(kind, system, other) for other in others]
            rows.append([kind, *("—" if each is None else f"{said(each)} ×" for each in found)])
        return table([f"{system} beside", *others], rows)


def growth(small: Measures, large: Measures, systems: Sequence[str]) -> str:
    """By kind and system, the power of the number of documents that the median time grows with."""
    rows = []
    for kind in large.times:
        row = [kind]
        for system in systems:
            exponent = growth_of(small, large, kind, system)
            row.append("—" if exponent is None else f"{exponent:.2f}")
        rows.append(row)
    return table([f"from {small.size:,} to {large.size:,}: time ~ n^", *systems], rows)


def growth_of(small: Measures, large: Measures, kind: str, system: str) -> float | None:
    times = [each.times.get(kind, {}).get(system) for each in (small, large)]
    if small.size == large.size or not all(times):
        return None
    before, after = small.median(kind, system), large.median(kind, system)
    return math.log(after / before) / math.log(large.size / small.size)


@dataclass
class Checks:
    """Claims, each with what was measured and whether it holds; none is asserted."""

    lines: list[str] = field(default_factory=list)

    def that(self, claim: str, value: float | None, holds: Callable[[float], bool]) -> None:
        if value is None:
            verdict = "not measured here"
        else:
            verdict = "holds" if holds(value) else "**does not hold**"
            verdict += f" ({said(value)})"
        self.lines.append(f"- {claim}: {verdict}")

    def least(self, claim: str, value: float | None, least: float) -> None:
        self.that(claim, value, lambda v: v >= least)

    def most(self, claim: str, value: float | None, most: float) -> None:
        self.that(claim, value, lambda v: v <= most)
