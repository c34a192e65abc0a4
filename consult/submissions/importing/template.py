"""A workbook to fill in for one draft: its columns, and what can be chosen in them, as lists."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from consult.common import languages
from consult.common.spreadsheets import cell
from working_groups.enums import Agreement, QuestionKind, Sector
from working_groups.models import DraftPage, Question

from ..enums import Channel, CommentKind, RespondentKind, Stance
from .checking import Consultation

# The last row that the lists and formats reach.
ROWS = 5_000
HEAD = PatternFill("solid", fgColor="EDE7F3")
Choices = Sequence[tuple[str, str]]


@dataclass
class TemplateColumn:
    """A column to fill in: what is asked, and the keys that can be chosen, with their names."""

    name: str
    prompt: str
    choices: Choices = ()
    # More than one may be chosen: a list would only let one in.
    several: bool = False
    width: int = 18
    number_format: str = "@"


def template_of(draft: DraftPage) -> bytes:
    """The workbook for `draft`, in the reader's words; raises ImportRefused before it is published."""
    columns = columns_of(Consultation(draft))
    book = Workbook()
    sheet, lists, guide = book.active, book.create_sheet(_("Lists")), book.create_sheet(_("Guide"))
    sheet.title = _("Submissions")
    ranges = write_lists(lists, columns)
    for number, column in enumerate(columns, 1):
        write_column(sheet, number, column, ranges.get(column.name))
    sheet.freeze_panes = "B2"
    write_guide(guide)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def columns_of(consultation: Consultation) -> list[TemplateColumn]:
    """What can be filled in for a draft, the required first."""
    sections = [
        (key, f"{section.number} {languages.words(section, 'heading')}")
        for key, section in consultation.sections.items()
    ]
    themes = [(slug, theme.name_words().text) for slug, theme in consultation.themes.items()]
    flags = [("true", _("yes")), ("false", _("no"))]
    return [
        TemplateColumn(
            "source_id", _("A name of yours for each form; the same on all of its rows.")
        ),
        TemplateColumn(
            "received_at", _("When it was handed in."), number_format="yyyy-mm-dd hh:mm"
        ),
        TemplateColumn("lang", _("The language of the form."), named(languages.NAMES.items())),
        TemplateColumn("channel", _("How it came."), named(Channel.choices)),
        TemplateColumn("kind", _("Who took part."), named(RespondentKind.choices)),
        TemplateColumn("sector", _("Their sector, if they say so."), named(Sector.choices)),
        TemplateColumn("name", _("Their name, if they give it.")),
        TemplateColumn("organisation", _("Their organisation, if they give it.")),
        TemplateColumn("on_behalf_of", _("For whom they speak, if they say so.")),
        TemplateColumn(
            "show_name", _("Whether their name may be shown; empty means no."), flags, width=12
        ),
        TemplateColumn("state", _("Their state.")),
        TemplateColumn("country", _("Their country.")),
        TemplateColumn("section", _("The section; empty means the draft as a whole."), sections),
        TemplateColumn("stance", _("Their stance, if they take one."), named(Stance.choices)),
        TemplateColumn("comment_kind", _("What it is about."), named(CommentKind.choices)),
        TemplateColumn("body", _("The comment, word for word. One row a comment."), width=60),
        TemplateColumn("proposed_text", _("The wording they propose."), width=40),
        TemplateColumn("reason", _("Why this wording."), width=30),
        TemplateColumn("themes", _("Themes, with | between them."), themes, several=True, width=30),
        TemplateColumn("evidence_links", _("Web addresses, with a blank between them."), width=30),
        *(answer_column(key, question) for key, question in consultation.questions.items()),
    ]


def answer_column(key: str, question: Question) -> TemplateColumn:
    """The column of the answers to `question`."""
    prompt = languages.words(question, "prompt").text
    several = question.kind == QuestionKind.CHOICES
    if question.kind == QuestionKind.OPEN:
        choices: Choices = []
    elif question.kind == QuestionKind.AGREEMENT:
        choices = named(Agreement.choices)
    else:
        options = question.options.all()
        choices = [(option.key, languages.words(option, "label").text) for option in options]
    if several:
        prompt += " " + _("Several can be chosen, with | between them.")
    return TemplateColumn(f"answer:{key}", prompt, choices, several=several, width=24)


def named(choices: Iterable[tuple[Any, Any]]) -> Choices:
    return [(str(value), capfirst(str(name))) for value, name in choices]


def write_lists(sheet: Worksheet, columns: Iterable[TemplateColumn]) -> dict[str, str]:
    """Write what can be chosen, two columns a list; where the keys of each column's list stand."""
    ranges = {}
    place = 1
    for column in columns:
        if not column.choices:
            continue
        write_head(sheet.cell(1, place, cell(column.name)))
        write_head(sheet.cell(1, place + 1, cell(column.prompt)))
        for row, (key, name) in enumerate(column.choices, 2):
            sheet.cell(row, place, cell(key)).number_format = "@"
            sheet.cell(row, place + 1, cell(name))
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 24
        sheet.column_dimensions[get_column_letter(place + 1)].width = 44
        title = sheet.title.replace("'", "''")
        ranges[column.name] = f"'{title}'!${letter}$2:${letter}${len(column.choices) + 1}"
        place += 3
    sheet.freeze_panes = "A2"
    return ranges


def write_column(
    sheet: Worksheet, number: int, column: TemplateColumn, choices: str | None
) -> None:
    """Head the column and say what belongs there, on every row where somebody will write."""
    letter = get_column_letter(number)
    write_head(sheet.cell(1, number, column.name))
    sheet.column_dimensions[letter].width = column.width
    sheet.column_dimensions[letter].number_format = column.number_format
    strict = bool(choices) and not column.several
    rule = DataValidation(
        type="list" if strict else None, formula1=choices if strict else None, allow_blank=True
    )
    # As long as a spreadsheet shows; the list's sheet has it whole.
    rule.promptTitle, rule.prompt = column.name[:32], column.prompt[:255]
    rule.showInputMessage = True
    rule.showErrorMessage = strict
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS}")


def write_head(head: Any) -> None:
    head.font, head.fill = Font(bold=True), HEAD
    head.alignment = Alignment(vertical="top", wrap_text=True)


def write_guide(sheet: Worksheet) -> None:
    """How to fill it in, for who was only sent the file."""
    sentences = [
        _("Fill in the first sheet: one row a comment."),
        _("Several comments of one form are several rows with the same source_id."),
        _("Write what people wrote, word for word, even if there is a mistake in it."),
        _("Required: source_id, received_at, lang and kind, and a comment or an answer."),
        _("Dates: 2026-11-30 16:30, in the time of the site."),
        _("Where there is a list, choose its key; the second sheet says what each key means."),
        _("Nothing is published: the working group's chairs review every comment first."),
    ]
    for row, sentence in enumerate(sentences, 1):
        sheet.cell(row, 1, sentence).alignment = Alignment(wrap_text=True)
    sheet.column_dimensions["A"].width = 90
