"""Of which parts of a text the meaning is kept: passages, their sentences, and parts of long ones.

A question is close to the one sentence that answers it, and to the paragraph that this is in: both
together find the text (see `vectors.Vectors.near`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# In characters: a passage is a few sentences that fit in there, or one that does not.
PASSAGE_LENGTH = 1_500
# Sentences that are longer are also read in parts, none shorter than the second.
LONG = 120
PART_LENGTH = 40
# A sentence ends at its mark, a clause at a semicolon or colon: each can answer by itself.
END = re.compile(r"""(?<=[.!?…;:])["”»)]*\s+|\n+""")
COMMA = re.compile(r"(?<=,)\s+")

Span = tuple[int, int]


@dataclass(frozen=True)
class Passage:
    """A stretch of a text: where it stands, and where the parts of it do that count by themselves."""

    whole: Span
    parts: tuple[Span, ...]


def passages(text: str) -> Iterator[Passage]:
    """The passages of `text`, in order, each with its sentences and their parts."""
    held: list[Span] = []
    for sentence in _between(END, text, 0, len(text)):
        if held and sentence[1] - held[0][0] > PASSAGE_LENGTH:
            yield _passage(text, held)
            held = []
        held.append(sentence)
    if held:
        yield _passage(text, held)


def _passage(text: str, sentences: list[Span]) -> Passage:
    parts = []
    for start, end in sentences:
        parts.append((start, end))
        if end - start > LONG:
            parts += [
                span
                for span in _between(COMMA, text, start, end)
                if PART_LENGTH < span[1] - span[0] < end - start
            ]
    return Passage((sentences[0][0], sentences[-1][1]), tuple(parts))


def _between(separator: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Span]:
    """What stands between the separators in `text`, but for what says nothing."""
    for match in separator.finditer(text, start, end):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:end].strip():
        yield start, end
