"""What a chair reads of one comment before deciding on it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _, gettext_lazy

from consult.common import languages
from consult.submissions.covering import TEXTS, Span, texts_of
from consult.submissions.enums import Covered
from consult.submissions.models import (
    Attachment,
    Comment,
    CommentQuerySet,
    CommentTheme,
    Statement,
)

from . import personal_data
from .models import Decision, LanguageCorrection, Note, Reading
from .queries import comments_to_moderate, newest_number

COLUMN_NAMES = {
    "body": gettext_lazy("the comment"),
    "proposed_text": gettext_lazy("the proposed wording"),
    "reason": gettext_lazy("the reason for it"),
}


# What may be covered, as it is named while it is not.
KIND_NAMES = {
    Covered.EMAIL: gettext_lazy("e-mail address"),
    Covered.PHONE: gettext_lazy("telephone number"),
    Covered.CURP: gettext_lazy("CURP"),
    Covered.RFC: gettext_lazy("RFC"),
    Covered.CLABE: gettext_lazy("CLABE"),
    Covered.CARD: gettext_lazy("card number"),
    Covered.ADDRESS: gettext_lazy("street address"),
    Covered.NAME: gettext_lazy("name"),
    Covered.OTHER: gettext_lazy("something else"),
}


def comments_for_desk(user: User | AnonymousUser) -> CommentQuerySet:
    """The comments that `user` moderates, each with what is in its rows, and what else there is.

    Most have no history yet: what is not there is not asked for.
    """
    this = OuterRef("pk")
    siblings = Comment.objects.filter(submission=OuterRef("submission")).exclude(pk=this)
    return (
        comments_to_moderate(user)
        .select_related("submission__draft", "version", "section", "appeal__against")
        .select_related("assignment__assignee")
        .annotate(
            newest_number=newest_number(),
            has_decisions=Exists(Decision.objects.filter(comment=this)),
            has_notes=Exists(Note.objects.filter(comment=this)),
            has_readings=Exists(Reading.objects.filter(comment=this)),
            has_corrections=Exists(LanguageCorrection.objects.filter(comment=this)),
            has_files=Exists(Attachment.objects.filter(comment=this, removed_at=None)),
            has_themes=Exists(CommentTheme.objects.filter(comment=this)),
            has_siblings=Exists(siblings),
        )
    )


@dataclass(frozen=True)
class Part:
    """Words that are covered, or proposed to be: where they stand, what they are."""

    column: str
    start: int
    end: int
    kind: str
    # Empty where they are covered already: who wants to read them reads the original.
    words: str
    chosen: bool
    number: int = 0

    @property
    def value(self) -> str:
        return f"{self.column}:{self.start}:{self.end}:{self.kind}"

    @property
    def label(self) -> Any:
        return KIND_NAMES[Covered(self.kind)]

    @property
    def place(self) -> Any:
        return COLUMN_NAMES[self.column]


@dataclass
class Text:
    """One text of a comment, cut at its parts: (words, the part that they are or None)."""

    column: str
    name: Any
    pieces: list[tuple[str, Part | None]] = field(default_factory=list)


def section_texts(comment: Comment) -> list[dict[str, Any]]:
    """The words that `comment` is about, in each language, that of the comment first."""
    section = comment.section
    if section is None:
        return []
    first = comment.language
    if first not in languages.CODES:
        first = comment.submission.language
    return [
        {
            "name": languages.NAMES[code],
            "code": code,
            "heading": getattr(section, f"heading_{code}"),
            "body": getattr(section, f"body_{code}"),
            "open": code == first,
        }
        for code in (first, languages.other(first))
    ]


def written_words(comment: Comment, covered: Collection[Any]) -> Mapping[str, str]:
    """What the author wrote, by column; nothing where that was erased."""
    if not covered:
        return texts_of(comment)
    statement: Statement = comment.statements.get(number=comment.edition)
    return statement.words


def parts_of(
    words: Mapping[str, str], covered: Iterable[Any], chosen: Collection[str] | None
) -> list[Part]:
    """What is covered of `words`, and what the machine proposes beside it.

    `chosen` are the values that somebody ticked; None: all, nobody has yet.
    """
    found = [Part(name, start, end, kind, "", True) for name, start, end, kind in covered]
    for column in TEXTS:
        text = words.get(column, "")
        taken = [part for part in found if part.column == column]
        for start, end, kind in personal_data.find(text):
            if not any(start < part.end and part.start < end for part in taken):
                part = Part(column, start, end, str(kind), words=text[start:end], chosen=True)
                found.append(part)
    found.sort(key=lambda part: (TEXTS.index(part.column), part.start))
    return [
        Part(
            *(part.column, part.start, part.end, part.kind, part.words),
            chosen=chosen is None or part.value in chosen,
            number=number,
        )
        for number, part in enumerate(found, 1)
    ]


def texts_cut(words: Mapping[str, str], parts: Iterable[Part]) -> list[Text]:
    """The texts of a comment of which nothing is covered, cut at what is proposed."""
    texts = []
    for column in TEXTS:
        text, at = words.get(column, ""), 0
        if not text:
            continue
        cut = Text(column, COLUMN_NAMES[column])
        for part in parts:
            if part.column == column:
                cut.pieces += [(text[at : part.start], None), (text[part.start : part.end], part)]
                at = part.end
        cut.pieces.append((text[at:], None))
        texts.append(cut)
    return texts


def occurrences(line: str, words: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """Where the words `line` stand in `words`, in every text: (column, start, end)."""
    found = []
    for column in TEXTS:
        text, at = words.get(column, ""), -1
        while (at := text.find(line, at + 1)) >= 0:
            found.append((column, at, at + len(line)))
    return found


def by_column(spans: Iterable[tuple[str, int, int, str]]) -> dict[str, list[Span]]:
    """`spans` as covering takes them."""
    columns: dict[str, list[Span]] = {}
    for column, start, end, kind in spans:
        columns.setdefault(column, []).append(Span(start, end, kind))
    return columns


@dataclass(frozen=True)
class Event:
    """Something that happened to a comment."""

    when: datetime
    what: str
    who: Any = ""
    note: str = ""


def history_of(comment: Any, decisions: Iterable[Decision]) -> list[Event]:
    """What happened to a comment of `comments_for_desk` so far, in order."""
    events = [Event(comment.submission.received_at, _("it arrived"))]
    if comment.edition > 1:
        later = comment.statements.filter(number__gt=1).select_related("keyed_by")
        events += [
            Event(row.written_at, _("changed by its author"), row.keyed_by or "") for row in later
        ]
    for row in decisions:
        what = row.get_to_status_display()
        if row.reason_code:
            what = f"{what} ({row.get_reason_code_display()})"
        events.append(Event(row.decided_at, what, row.decided_by, row.note))
    if hasattr(comment, "appeal"):
        events.append(Event(comment.appeal.made_at, _("appealed"), note=comment.appeal.words))
    if comment.has_readings:
        for reading in comment.readings.select_related("read_by"):
            events.append(Event(reading.read_at, _("original read"), reading.read_by))
    if comment.has_corrections:
        for row in comment.language_corrections.select_related("corrected_by"):
            events.append(Event(row.corrected_at, _("language corrected"), row.corrected_by))
    return sorted(events, key=lambda event: event.when)
