import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from consult.common.append_only import AppendOnlyError
from consult.submissions.models import Answer, Comment, CommentTheme, LedgerEntry, Submission
from tests.factories import make_draft, submit
from working_groups.models import DraftPage


@pytest.fixture
def three(draft: DraftPage) -> list[Submission]:
    return [submit(draft, f"Comentario {n}", themes=("equity",)) for n in range(3)]


def test_every_submission_adds_a_row(three: list[Submission]) -> None:
    rows = LedgerEntry.objects.all()
    assert [row.submission for row in rows] == three
    assert [row.previous_digest for row in rows[1:]] == [row.digest for row in rows[:2]]


def test_verify_prints_the_head(three: list[Submission], capsys) -> None:
    call_command("verify_ledger")
    assert capsys.readouterr().out == f"3 {LedgerEntry.objects.get(sequence=3).digest}\n"


def test_verify_of_an_empty_ledger(db, capsys) -> None:
    call_command("verify_ledger")
    assert capsys.readouterr().out == f"0 {'0' * 64}\n"


@pytest.mark.parametrize(
    "tamper",
    [
        lambda s: Comment.objects.filter(submission=s).update(body="otra cosa"),
        lambda s: CommentTheme.objects.filter(comment__submission=s).delete(),
        lambda s: Submission.objects.filter(pk=s.pk).update(organisation="otra"),
        lambda s: Answer.objects.create(submission=s, question_uid=s.draft.questions.first().uid),
    ],
    ids=["comment", "theme", "respondent", "answer added"],
)
def test_verify_names_the_row_that_was_altered(three: list[Submission], tamper) -> None:
    tamper(three[1])
    with pytest.raises(
        CommandError, match=r"row 2: submission .* was altered|comment \d+ was altered"
    ):
        call_command("verify_ledger")


def test_verify_notices_a_row_taken_out(three: list[Submission]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from submissions_ledgerentry where sequence = 2")
    with pytest.raises(CommandError, match="row 2 is missing"):
        call_command("verify_ledger")


def test_verify_notices_the_last_row_taken_out(three: list[Submission]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from submissions_ledgerentry where sequence = 3")
    with pytest.raises(CommandError, match="the head names row 3"):
        call_command("verify_ledger")


def test_status_and_email_are_not_vouched_for(three: list[Submission]) -> None:
    Submission.objects.update(email="")
    Comment.objects.update(status="published")
    call_command("verify_ledger")


def test_rows_are_never_changed(three: list[Submission]) -> None:
    row = LedgerEntry.objects.first()
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()


def test_a_failed_submission_leaves_nothing(draft: DraftPage) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        submit(draft, "Hola", answers=(_BadAnswer(),))
    assert not Submission.objects.exists()
    assert not LedgerEntry.objects.exists()


class _BadAnswer:
    question_uid = property(lambda self: int("x"))
    options: list[str] = []
    text = ""


def test_the_same_form_sent_twice_is_one_submission(group) -> None:
    draft = make_draft(group, "otro")
    first = submit(draft, "Hola", form_token="t1")
    again = submit(draft, "Hola", form_token="t1")
    assert again == first
    assert Submission.objects.count() == 1
