import csv
import io
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from consult.submissions.models import Comment, Submission
from tests.submissions.imports import make_keyed_draft, problems, run
from working_groups.models import DraftPage, WorkingGroupPage

COLUMNS = [
    "source_id", "received_at", "lang", "kind", "sector", "organisation", "section", "body",
    "stance", "themes", "answer:q1", "answer:q3",
]  # fmt: skip
FIRST = dict(
    zip(
        COLUMNS,
        [
            "s1", "2026-11-03T09:30:00-06:00", "es", "organisation", "academia", "Universidad",
            "talento", "Primero;\n“segundo”, tercero", "oppose", "equity|digital-skills", "agree", "a;b",
        ],
        strict=True,
    )
)  # fmt: skip
SECOND = FIRST | {"section": "", "body": "Otro", "stance": "", "themes": ""}
THIRD = SECOND | {"source_id": "s2", "kind": "person", "organisation": "", "body": "=1+1"}


@pytest.fixture
def draft(group: WorkingGroupPage) -> DraftPage:
    return make_keyed_draft(group)


def table(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def workbook(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "submissions.xlsx"
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_csv_has_a_comment_a_row(draft: DraftPage, tmp_path: Path) -> None:
    path = tmp_path / "submissions.csv"
    path.write_text(table([FIRST, SECOND, THIRD]), "utf-8", newline="")
    run(path)
    check_the_three_rows()
    path.write_text(table([FIRST, SECOND, THIRD], ";"), "utf-8-sig", newline="")
    run(path)
    assert Submission.objects.count() == 2


def test_a_csv_from_a_spreadsheet(draft: DraftPage, tmp_path: Path) -> None:
    path = tmp_path / "submissions.csv"
    path.write_text(table([FIRST, SECOND, THIRD], ";"), "utf-8-sig", newline="")
    run(path)
    check_the_three_rows()


def test_a_workbook_has_a_comment_a_row(draft: DraftPage, tmp_path: Path) -> None:
    rows = [[row[name] or None for name in COLUMNS] for row in (FIRST, SECOND, THIRD)]
    run(workbook(tmp_path, COLUMNS, rows[0], [], *rows[1:]))
    check_the_three_rows()


def check_the_three_rows() -> None:
    first, second = Submission.objects.order_by("pk")
    assert (first.source_id, first.organisation) == ("s1", "Universidad")
    one, two = first.comments.all()
    assert (one.section.heading_es, one.body, one.stance) == (
        "Formación básica",
        "Primero;\n“segundo”, tercero",
        "oppose",
    )
    assert {theme.slug for theme in one.themes.all()} == {"equity", "digital-skills"}
    assert (two.section, two.body, two.stance) == (None, "Otro", "")
    assert sorted(answer.options for answer in first.answers.all()) == [["a", "b"], ["agree"]]
    # A formula is what it is written as.
    assert [comment.body for comment in second.comments.all()] == ["=1+1"]


def test_columns_may_say_what_they_belong_to(draft: DraftPage, tmp_path: Path) -> None:
    row = {
        "source_id": "s1",
        "received_at": "2026-11-03T09:30:00-06:00",
        "lang": "en",
        "respondent_kind": "person",
        "respondent.show_name": "TRUE",
        "respondent_name": "Ana",
        "on_behalf_of": "Los becarios",
        "comment_kind": "translation",
        "comment_body": "A word is wrong.",
        "evidence_links": "https://example.org/a https://example.org/b",
    }
    path = tmp_path / "submissions.csv"
    path.write_text(table([row]), "utf-8")
    run(path)
    comment = Comment.objects.get()
    assert (comment.kind, comment.body, len(comment.links)) == (
        "translation",
        "A word is wrong.",
        2,
    )
    assert comment.submission.shown_as() == "Ana"
    assert comment.submission.on_behalf_of == "Los becarios"


def test_wrong_rows_of_a_table_are_named(draft: DraftPage, tmp_path: Path) -> None:
    rows = [
        FIRST,
        SECOND | {"lang": "en"},
        THIRD | {"source_id": ""},
        THIRD | {"stance": "maybe", "answer:q1": "perhaps"},
    ]
    path = tmp_path / "submissions.csv"
    path.write_text(table(rows) + "s3,,,,,,,,,,,,sobra\n", "utf-8", newline="")
    # The first row's text has a line break in it.
    places = [
        "line 4: lang: ",
        "line 5: source_id: ",
        "line 6: stance: ",
        "line 6: answers: q1: ",
        "line 7: “sobra”",
        "line 7: this has neither comments nor answers",
        "line 7: received_at: ",
        "line 7: lang: ",
        "line 7: respondent: kind: ",
    ]
    named = problems(path)
    assert [line[: len(place)] for line, place in zip(named, places, strict=True)] == places


def test_a_zip_that_is_no_workbook(draft: DraftPage, tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 2_000_000)
    assert "Excel" in problems(path)[0]
    settings.IMPORT_MAX_BYTES = 1_000_000
    assert "IMPORT_MAX_BYTES" in problems(path)[0]


def at_row(path: Path, before: int, claimed: int) -> Path:
    """The workbook at `path` with its row `before` moved to the row `claimed`."""
    moved = path.with_name("moved.xlsx")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(moved, "w") as out:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b'<row r="%d"' % before, b'<row r="%d"' % claimed)
            out.writestr(name, content)
    return moved


@pytest.mark.parametrize("claimed", [1_003, 1_048_576, 1_048_577, 2_000_000_000])
def test_empty_rows_without_end_are_not_read(
    draft: DraftPage, tmp_path: Path, claimed: int
) -> None:
    path = workbook(tmp_path, COLUMNS, list(FIRST.values()))
    started = time.monotonic()
    named = problems(at_row(path, 2, claimed))
    assert time.monotonic() - started < 30
    assert named == ["row 2: more than 1000 empty rows in a row begin here. Please take them out."]


def test_some_empty_rows_are_passed_over_and_any_at_the_end(
    draft: DraftPage, tmp_path: Path
) -> None:
    nothing: list[list[str]] = [[] for _ in range(1_000)]
    path = workbook(tmp_path, COLUMNS, list(FIRST.values()), *nothing, list(SECOND.values()))
    book = openpyxl.load_workbook(path)
    for row in range(1_004, 2_500):
        # As in a table whose empty rows have a format.
        book.active.cell(row, 1).number_format = "0.00"
    book.save(path)
    run(path)
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-03T09:30:00", "2026-11-03 09:30"),
        ("2026-11-03 09:30", "2026-11-03 09:30"),
        ("2026-11-03", "2026-11-03 12:00"),
        (datetime.fromisoformat("2026-11-03T09:30"), "2026-11-03 09:30"),
        (date(2026, 11, 3), "2026-11-03 12:00"),
    ],
)
def test_a_date_typed_into_a_table_is_in_the_sites_zone(
    draft: DraftPage, tmp_path: Path, typed: Any, meant: str
) -> None:
    row = dict(FIRST) | {"received_at": typed}
    run(workbook(tmp_path, COLUMNS, list(row.values())))
    received = timezone.localtime(Submission.objects.get().received_at)
    assert f"{received:%Y-%m-%d %H:%M}" == meant


def test_what_is_no_date_is_refused(draft: DraftPage, tmp_path: Path) -> None:
    row = dict(FIRST) | {"received_at": "3 de noviembre"}
    named = problems(workbook(tmp_path, COLUMNS, list(row.values())))
    assert [line.startswith("row 2: received_at: ") for line in named] == [True]
