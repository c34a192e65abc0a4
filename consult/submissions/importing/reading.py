"""The files that submissions come in, each read into records of one form: a line of JSON."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from consult.common.importing import ImportRefused, decoded, not_json, read_bytes, too_large

# The columns of a table, by what of a submission they belong to. In a name that both the respondent
# and the comment have (`kind`), the comment's is `comment_kind`.
RESPONDENT_COLUMNS = {
    "kind", "sector", "name", "organisation", "on_behalf_of", "state", "country", "show_name",
}  # fmt: skip
COMMENT_COLUMNS = {
    "section", "body", "stance", "themes", "proposed_text", "reason", "evidence_links",
}  # fmt: skip
FLAGS = {"true": True, "false": False}
# Excel's last row; and how many empty ones may stand before another. A file of a few bytes can claim
# a row of any number, and all those before it are read as empty.
LAST_ROW = 1_048_576
MOST_EMPTY_ROWS = 1_000


@dataclass
class Record:
    """One submission of a file as a line of JSON has it, and where it and its comments stand."""

    place: str
    value: Any
    comment_places: list[str] = field(default_factory=list)
    # What the reading found wrong with it.
    problems: list[str] = field(default_factory=list)

    def is_readable(self) -> bool:
        """Whether there is anything to check: a line that is not JSON holds nothing."""
        return self.value is not None or not self.problems

    def comment_place(self, number: int) -> str:
        """Where the comment with this number, from 1, stands."""
        if self.comment_places:
            return self.comment_places[number - 1]
        return f"{self.place}, " + _("comment %(number)d") % {"number": number}


def read_records(path: Path) -> list[Record]:
    """The submissions in the file at `path`; raises ImportRefused where it cannot be read."""
    return read_content(path.name, read_bytes(path))


def read_content(name: str, content: bytes) -> list[Record]:
    """The submissions in the `content` of a file called `name`; raises ImportRefused."""
    match PurePath(name).suffix.lower():
        case ".jsonl" | ".ndjson":
            return read_json_lines(decoded(content))
        case ".csv":
            return read_table(rows_of_csv(decoded(content)))
        case ".xlsx":
            return read_table(rows_of_xlsx(name, content))
    raise ImportRefused(
        [
            _("%(name)s: the name must end in .jsonl, .csv or .xlsx, as the content is")
            % {"name": name}
        ]
    )


def read_json_lines(text: str) -> list[Record]:
    """A submission for each line of `text` that is not blank."""
    records = []
    # Only line feeds end a line: texts may hold other separators.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = _("line %(line)d") % {"line": number}
        try:
            records.append(Record(place, json.loads(line)))
        except (ValueError, RecursionError) as error:
            records.append(Record(place, None, problems=[f"{place}: {not_json(error)}"]))
    return records


def rows_of_csv(text: str) -> Iterator[tuple[str, list[str]]]:
    """The rows of a table separated by commas or semicolons, each with the line it begins on."""
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    # The file's size is limited already; a cell may be as long as that.
    csv.field_size_limit(max(len(text), 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield _("line %(line)d") % {"line": line}, cells
            line = reader.line_num + 1
    except csv.Error as error:
        place = _("line %(line)d") % {"line": line}
        raise ImportRefused(
            [f"{place}: " + _("this is not a row of CSV (%(detail)s)") % {"detail": error}]
        ) from error


def rows_of_xlsx(name: str, data: bytes) -> Iterator[tuple[str, list[str]]]:
    """The rows of a workbook's first sheet; formulas as the text they are written in."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if settings.IMPORT_MAX_BYTES and unpacked > settings.IMPORT_MAX_BYTES:
            raise ImportRefused([too_large(name)])
        book = load_workbook(io.BytesIO(data), read_only=True)
        sheet = book.worksheets[0]
        # The size that a sheet claims is often wrong, and can be a million empty columns.
        sheet.reset_dimensions()
        last = 0
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            filled = any(value is not None for value in row)
            if number > LAST_ROW or (filled and number - last > MOST_EMPTY_ROWS + 1):
                raise ImportRefused([_too_many_empty_rows(last)])
            if filled:
                last = number
                yield _("row %(row)d") % {"row": number}, [cell_text(value) for value in row]
    except ImportRefused:
        raise
    # A file that is no workbook fails in openpyxl in every possible way.
    except Exception as error:
        raise ImportRefused(
            [
                _("%(name)s: this is not an Excel workbook (%(detail)s)")
                % {"name": name, "detail": type(error).__name__}
            ]
        ) from error


def _too_many_empty_rows(after: int) -> str:
    place = _("row %(row)d") % {"row": after + 1}
    words = _("more than %(most)d empty rows in a row begin here. Please take them out.")
    return f"{place}: " + words % {"most": MOST_EMPTY_ROWS}


def cell_text(value: Any) -> str:
    """What a workbook's cell says, as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def with_zone(cell: str) -> str:
    """A date that was typed into a table, in the site's zone where it names none; else as it is.

    Without an hour it is noon: a workbook makes midnight of it.
    """
    try:
        moment = datetime.fromisoformat(cell.strip())
    except ValueError:
        return cell
    if moment.utcoffset() is not None:
        return cell
    if moment.time() == time.min:
        moment = datetime.combine(moment.date(), time(12))
    return moment.replace(tzinfo=timezone.get_default_timezone()).isoformat()


def read_table(rows: Iterator[tuple[str, list[str]]]) -> list[Record]:
    """The submissions in `rows`, the first of which names the columns; may raise ImportRefused."""
    place, header = next(rows, ("", []))
    columns = [column(name.strip()) for name in header]
    if ("submission", "source_id") not in columns:
        raise ImportRefused([_("The first row must name the columns, source_id among them.")])
    twice = {name for name in header if name.strip() and columns.count(column(name.strip())) > 1}
    if twice:
        names = ", ".join(sorted(twice))
        raise ImportRefused([f"{place}: " + _("named twice: %(names)s") % {"names": names}])
    records: dict[str, Record] = {}
    for place, cells in rows:
        parts: dict[str, dict[str, Any]] = {
            "submission": {}, "respondent": {}, "comment": {}, "answers": {},
        }  # fmt: skip
        nameless = []
        for number, cell in enumerate(cells):
            part, name = columns[number] if number < len(columns) else ("", "")
            if cell.strip() and name:
                parts[part][name] = with_zone(cell) if name == "received_at" else cell
            elif cell.strip():
                nameless.append(
                    f"{place}: "
                    + _("“%(cell)s” stands in a column without a name") % {"cell": cell[:80]}
                )
        if nameless or any(parts.values()):
            add_row(records, place, parts).problems.extend(nameless)
    return list(records.values())


def column(name: str) -> tuple[str, str]:
    """The part of a submission that the column `name` belongs to, and its name there."""
    for prefix, part in (
        ("answer:", "answers"),
        ("respondent_", "respondent"),
        ("respondent.", "respondent"),
        ("comment_", "comment"),
        ("comment.", "comment"),
    ):
        if name.startswith(prefix):
            return part, name.removeprefix(prefix)
    if name in RESPONDENT_COLUMNS:
        return "respondent", name
    return ("comment" if name in COMMENT_COLUMNS else "submission"), name


def add_row(records: dict[str, Record], place: str, parts: dict[str, dict[str, Any]]) -> Record:
    """Add one row to the submission of its `source_id`, or begin that submission with it."""
    # Without one, it is a submission of its own, which the check will refuse.
    source_id = parts["submission"].get("source_id") or place
    record = records.setdefault(
        source_id, Record(place, {"respondent": {}, "comments": [], "answers": {}})
    )
    for part, into in (
        ("submission", record.value),
        ("respondent", record.value["respondent"]),
        ("answers", record.value["answers"]),
    ):
        for name, cell in parts[part].items():
            value = FLAGS.get(cell.lower(), cell) if name == "show_name" else cell
            if into.setdefault(name, value) != value:
                record.problems.append(
                    f"{place}: {name}: "
                    + _("this differs from %(place)s, which is of the same submission")
                    % {"place": record.place}
                )
    comment = parts["comment"]
    if comment:
        if "themes" in comment:
            comment["themes"] = separated(comment["themes"])
        if "evidence_links" in comment:
            comment["evidence_links"] = comment["evidence_links"].split()
        record.value["comments"].append(comment)
        record.comment_places.append(place)
    return record


def separated(cell: str) -> list[str]:
    """The names in one cell, separated by `|` or `;`."""
    return [name.strip() for name in cell.replace(";", "|").split("|") if name.strip()]
