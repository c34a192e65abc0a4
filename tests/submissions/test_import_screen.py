"""Submissions from a file in the administration: a workbook to fill in, a preview, taking it in."""

import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consult.common.worker import Worker
from consult.submissions.enums import Status
from consult.submissions.importing import uploads
from consult.submissions.models import Comment, ImportUpload, Submission
from tests.factories import make_user
from tests.submissions.imports import make_keyed_draft, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(group):
    return make_keyed_draft(group)


def line(number: int, **changes) -> dict:
    return {
        "source_id": f"s{number}",
        "received_at": "2026-11-03T09:30:00-06:00",
        "lang": "es",
        "respondent": {"kind": "person"},
        "comments": [{"section": "talento", "body": f"Hace falta formación, caso {number}."}],
    } | changes


def file(*lines: dict) -> SimpleUploadedFile:
    content = "\n".join(json.dumps(each) for each in lines)
    return SimpleUploadedFile("taller.jsonl", content.encode())


def screen(draft) -> str:
    return f"/admin/entries/{draft.pk}/import/"


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_a_file_is_looked_over_and_taken_in(client, draft, chair):
    client.force_login(chair)
    response = client.post(screen(draft), {"file": file(line(1), line(2))}, follow=True)
    assert not Submission.objects.exists()
    assert "Hace falta formación, caso 1." in words(response)
    preview = response.redirect_chain[-1][0]
    response = client.post(preview, {"confirm": "1"}, follow=True)
    assert ImportUpload.objects.get().finished_at
    assert set(Comment.objects.values_list("status", flat=True)) == {Status.PENDING}
    assert {s.keyed_by for s in Submission.objects.all()} == {chair}
    # Again it adds nothing, and says so before.
    client.post(screen(draft), {"file": file(line(1), line(2), line(3))})
    again = ImportUpload.objects.order_by("-created_at")[0]
    assert (again.preview["submissions"], again.preview["known"]) == (1, 2)
    client.post(f"/admin/entries/imports/{again.pk}/", {"confirm": "1"})
    assert Submission.objects.count() == 3


def test_what_is_wrong_is_said_row_by_row_and_nothing_comes_in(client, draft, chair):
    client.force_login(chair)
    bad = line(2, lang="fr", comments=[{"section": "no-such", "body": ""}])
    response = client.post(screen(draft), {"file": file(line(1), bad)})
    assert response.status_code == 422
    said = re.findall(r"<li>([^<]*: (?:lang|section|body): [^<]*)</li>", response.content.decode())
    assert len(said) == 3
    assert all("2" in each for each in said)
    assert not ImportUpload.objects.exists()
    for name, content in (
        ("a.xlsx", b"PK nonsense"),
        ("a.exe", b""),
        ("a.jsonl", b"\xff"),
        ("a.csv", b""),
    ):
        refused = client.post(screen(draft), {"file": SimpleUploadedFile(name, content)})
        assert refused.status_code == 422, name
    assert client.post(screen(draft), {}).status_code == 422


def test_a_file_can_be_dropped(client, draft, chair):
    client.force_login(chair)
    client.post(screen(draft), {"file": file(line(1))})
    client.post(f"/admin/entries/imports/{ImportUpload.objects.get().pk}/", {"discard": "1"})
    assert not ImportUpload.objects.exists()
    assert not Submission.objects.exists()


def test_a_long_file_shows_how_far_it_has_got_and_goes_on(client, draft, chair, monkeypatch):
    client.force_login(chair)
    monkeypatch.setattr(uploads, "BATCH", 2)
    monkeypatch.setattr("consult.submissions.views.imports.SECONDS", 0)
    client.post(screen(draft), {"file": file(*map(line, range(5)))})
    address = f"/admin/entries/imports/{ImportUpload.objects.get().pk}/"
    response = client.post(address, {"confirm": "1"}, follow=True)
    assert '<progress value="2" max="5">' in response.content.decode()
    assert response["Refresh"]
    assert Submission.objects.count() == 2
    # The worker does the rest; a second time does no harm.
    Worker().run_once()
    assert Submission.objects.count() == 5
    response = client.get(address)
    assert "Refresh" not in response
    client.post(address, {"confirm": "1"})
    assert Submission.objects.count() == 5


def test_it_is_for_those_who_key_in(client, draft, chair, other_chair):
    client.force_login(chair)
    client.post(screen(draft), {"file": file(line(1))})
    preview = f"/admin/entries/imports/{ImportUpload.objects.get().pk}/"
    for user in (other_chair, make_user("nobody")):
        client.force_login(user)
        for address in (screen(draft), preview, f"/admin/entries/{draft.pk}/template.xlsx"):
            assert client.get(address).status_code != 200
        assert client.post(preview, {"confirm": "1"}).status_code != 200
    assert not Submission.objects.exists()


def test_the_workbook_comes_back_without_errors(client, draft, chair, tmp_path: Path):
    client.force_login(chair)
    response = client.get(f"/admin/entries/{draft.pk}/template.xlsx")
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet, lists, _guide = book.worksheets
    head = [cell.value for cell in sheet[1]]
    options: dict[str, list[str]] = {}
    for column in lists.iter_cols(values_only=True):
        if column[0] in head:
            options[column[0]] = [value for value in column[1:] if value]
    assert options["section"] == ["talento", "redes"]
    assert options["answer:q2"] == ["a", "b"]
    # Each list is one that a cell can be chosen from.
    ranges = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(ranges) == len(options) - len({"themes", "answer:q3"})
    for row in (2, 3):
        for place, name in enumerate(head, 1):
            value = options[name][0] if name in options else ""
            sheet.cell(row, place, value or None)
        typed = {"source_id": "f1", "received_at": "2026-11-03 16:30", "body": f"Comentario {row}"}
        for name, value in typed.items():
            sheet.cell(row, head.index(name) + 1, value)
    sheet.cell(2, head.index("answer:q3") + 1, "a|b")
    sheet.cell(3, head.index("answer:q3") + 1, "a|b")
    path = tmp_path / "filled.xlsx"
    book.save(path)
    client.post(screen(draft), {"file": SimpleUploadedFile("filled.xlsx", path.read_bytes())})
    upload = ImportUpload.objects.get()
    assert upload.preview["submissions"] == 1
    assert upload.preview["comments"] == 2
    assert upload.preview["unread"] == []
    run(path)
    assert Submission.objects.get().answers.count() == 3


def test_a_heading_cannot_be_a_formula(client, group, chair):
    draft = make_keyed_draft(group)
    section = draft.sections.all()[0]
    section.heading_es = "=HYPERLINK(1)"
    section.key = "@SUM(A1)"
    draft.sections = [section]
    draft.save_revision().publish()
    client.force_login(chair)
    content = client.get(f"/admin/entries/{draft.pk}/template.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    formulas = [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []
