import json
from collections import Counter
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from consult.submissions.ledger import faults
from consult.submissions.models import Answer, Comment, Submission
from tests.factories import make_draft
from tests.submissions.imports import make_keyed_draft, problems, run
from working_groups.models import DraftPage, WorkingGroupPage

CHILE = Path(__file__).resolve().parents[3] / "shared/data/consultation_chile_ai_2021"

LINE: dict[str, Any] = {
    "source_id": "s1",
    "received_at": "2026-11-03T09:30:00-06:00",
    "lang": "es",
    "respondent": {
        "kind": "organisation",
        "sector": "academia",
        "name": "Ana",
        "organisation": "Universidad",
        "on_behalf_of": "Los becarios",
        "state": "Chihuahua",
        "country": "MX",
    },
    "channel": "paper",
    "comments": [
        {
            "section": "talento",
            "body": "Falta dinero para las becas.",
            "stance": "support_with_changes",
            "kind": "wording",
            "themes": ["equity", "digital-skills"],
            "proposed_text": "Dar más becas.",
            "reason": "No alcanzan.",
            "evidence_links": ["https://example.org/becas"],
        },
        {"section": "", "body": "En general, bien.", "stance": None, "themes": []},
    ],
    "answers": {"q1": "agree", "q2": "a", "q3": ["a", "b"], "q4": "Falta todo.", "q5": None},
}


def changed(**parts: Any) -> dict[str, Any]:
    return deepcopy(LINE) | parts


def with_comment(**parts: Any) -> dict[str, Any]:
    return changed(comments=[{"section": "redes", "body": "Uno."}, {"body": "Dos.", **parts}])


# A line, and the place in it that is wrong; each gets a source_id of its own.
WRONG_LINES: list[tuple[Any, str]] = [
    (changed(source_id=""), ": source_id"),
    (changed(source_id="x" * 121), ": source_id"),
    (changed(source_id=7), ": source_id"),
    (changed(received_at="2026-11-03T09:30:00"), ": received_at"),
    (changed(received_at="ayer"), ": received_at"),
    (changed(received_at="0001-01-01T00:00:00+14:00"), ": received_at"),
    (changed(received_at="0001-01-01T00:00:00+00:00"), ": received_at"),
    (changed(received_at="9999-12-31T23:59:59+00:00"), ": received_at"),
    (changed(received_at=None), ": received_at"),
    (changed(lang="fr"), ": lang"),
    (changed(channel="fax"), ": channel"),
    (changed(respondent=None), ": respondent"),
    (changed(respondent={"kind": "robot"}), ": respondent: kind"),
    (changed(respondent={"kind": "person", "sector": "x"}), ": respondent: sector"),
    (changed(respondent={"kind": "person", "name": "x" * 161}), ": respondent: name"),
    (
        changed(respondent={"kind": "person", "show_name": 1}),
        ": respondent: show_name",
    ),
    (changed(comments={"body": "x"}), ": comments"),
    (changed(comments=["x"]), ", comment 1"),
    (changed(comments=[], answers={}), ""),
    (with_comment(body=" "), ", comment 2: body"),
    (with_comment(body="", proposed_text=" "), ", comment 2: body"),
    (with_comment(body="x" * 5_001), ", comment 2: body"),
    (with_comment(body="nulo \x00"), ", comment 2: body"),
    (with_comment(body="medio \ud800"), ", comment 2: body"),
    (with_comment(body=["x"]), ", comment 2: body"),
    (with_comment(proposed_text="x" * 5_001), ", comment 2: proposed_text"),
    (with_comment(section="nada"), ", comment 2: section"),
    (with_comment(stance="maybe"), ", comment 2: stance"),
    (with_comment(kind="rant"), ", comment 2: kind"),
    (with_comment(themes=["nada"]), ", comment 2: themes"),
    (with_comment(themes="equity"), ", comment 2: themes"),
    (
        with_comment(evidence_links=["javascript:alert(1)"]),
        ", comment 2: evidence_links",
    ),
    (
        with_comment(evidence_links=["https://example.org/"] * 11),
        ", comment 2: evidence_links",
    ),
    (with_comment(evidence_links=[7]), ", comment 2: evidence_links"),
    (changed(answers={"q9": "agree"}), ": answers: q9"),
    (changed(answers={"q1": "maybe"}), ": answers: q1"),
    (changed(answers={"q1": ["agree"]}), ": answers: q1"),
    (changed(answers={"q2": "c"}), ": answers: q2"),
    (changed(answers={"q3": ["a", "c"]}), ": answers: q3"),
    (changed(answers={"q3": 7}), ": answers: q3"),
    (changed(answers={"q4": "x" * 5_001}), ": answers: q4"),
    (changed(answers=["agree"]), ": answers"),
    (LINE, ": source_id"),
    ('{"source_id": "s2"', ""),
    ("[" * 100_000, ""),
    ("7", ""),
    ("[]", ""),
]


@pytest.fixture
def draft(group: WorkingGroupPage) -> DraftPage:
    return make_keyed_draft(group)


def json_lines(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "submissions.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), "utf-8")
    return path


def test_a_line_is_received_whole(draft: DraftPage, tmp_path: Path) -> None:
    run(json_lines(tmp_path, LINE))
    submission = Submission.objects.get()
    assert submission.received_at.isoformat() == "2026-11-03T15:30:00+00:00"
    assert (submission.draft, submission.channel, submission.language) == (draft, "paper", "es")
    assert (submission.respondent_kind, submission.sector) == ("organisation", "academia")
    assert (submission.name, submission.organisation) == ("Ana", "Universidad")
    assert submission.on_behalf_of == "Los becarios"
    assert (submission.state, submission.country) == ("Chihuahua", "MX")
    assert submission.shown_as() == ""
    first, second = submission.comments.all()
    assert first.section.heading_es == "Formación básica"
    assert (first.stance, first.kind, first.status) == (
        "support_with_changes",
        "wording",
        "pending",
    )
    assert (first.proposed_text, first.reason) == ("Dar más becas.", "No alcanzan.")
    assert first.links == ["https://example.org/becas"]
    assert {theme.slug for theme in first.themes.all()} == {"equity", "digital-skills"}
    assert (second.section, second.stance, second.body) == (None, "", "En general, bien.")
    keys = {question.uid: question.key for question in draft.questions.all()}
    answers = {keys[answer.question_uid]: answer for answer in submission.answers.all()}
    assert {key: (answer.options, answer.text) for key, answer in answers.items()} == {
        "q1": (["agree"], ""),
        "q2": (["a"], ""),
        "q3": (["a", "b"], ""),
        "q4": ([], "Falta todo."),
    }
    assert list(faults()) == []


def test_a_proposed_wording_alone_is_a_comment(draft: DraftPage, tmp_path: Path) -> None:
    run(json_lines(tmp_path, changed(comments=[{"proposed_text": "Dar más becas."}])))
    assert (Comment.objects.get().body, Comment.objects.get().proposed_text) == (
        "",
        "Dar más becas.",
    )


def test_comments_start_as_asked_for(draft: DraftPage, tmp_path: Path) -> None:
    run(json_lines(tmp_path, LINE), "--status", "published")
    assert {comment.status for comment in Comment.objects.all()} == {"published"}


def test_a_name_is_shown_only_where_the_file_says_so(draft: DraftPage, tmp_path: Path) -> None:
    run(json_lines(tmp_path, changed(respondent=LINE["respondent"] | {"show_name": True})))
    assert Submission.objects.get().shown_as() == "Universidad, Ana"


def test_a_second_run_adds_nothing_but_what_is_new(draft: DraftPage, tmp_path: Path) -> None:
    run(json_lines(tmp_path, LINE))
    run(json_lines(tmp_path, LINE))
    assert Submission.objects.count() == 1
    run(json_lines(tmp_path, LINE, changed(source_id="s2")))
    assert sorted(Submission.objects.values_list("source_id", flat=True)) == ["s1", "s2"]


def test_one_file_can_go_to_two_drafts(
    draft: DraftPage, group: WorkingGroupPage, tmp_path: Path
) -> None:
    other = make_draft(group, "otra")
    path = json_lines(tmp_path, changed(comments=[{"body": "Bien."}], answers={}))
    run(path)
    run(path, draft=str(other.pk))
    assert [s.draft_id for s in Submission.objects.order_by("pk")] == [draft.pk, other.pk]


def test_a_dry_run_writes_nothing(draft: DraftPage, tmp_path: Path) -> None:
    said = run(json_lines(tmp_path, LINE, changed(source_id="s2")), "--dry-run")
    assert [word for word in said.split() if word.isdecimal()] == ["2", "4", "8", "0"]
    assert Submission.objects.count() == 0
    assert problems(json_lines(tmp_path, changed(lang="fr")), "--dry-run")


def test_progress_is_said(draft: DraftPage, tmp_path: Path) -> None:
    lines = [changed(source_id=f"s{number}", comments=[]) for number in range(101)]
    said = run(json_lines(tmp_path, *lines))
    assert said.splitlines()[:2] == ["100 / 101", "101 / 101"]


def test_comments_stand_on_the_current_version(draft: DraftPage, tmp_path: Path) -> None:
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Otra cosa.</p>"
    draft.sections = sections
    draft.save_revision().publish()
    run(json_lines(tmp_path, LINE))
    assert {comment.version.number for comment in Comment.objects.all()} == {2}


def test_sections_and_questions_of_the_editor_go_by_uid(
    group: WorkingGroupPage, tmp_path: Path
) -> None:
    page = make_draft(group, "politica")
    section, question = page.sections.first(), page.questions.first()
    comments = [{"section": str(section.uid), "body": "Bien."}]
    run(json_lines(tmp_path, changed(comments=comments, answers={str(question.uid): "agree"})))
    assert Comment.objects.get().section.uid == section.uid
    assert Answer.objects.get().question_uid == question.uid


def test_every_wrong_line_is_named_with_its_reason(draft: DraftPage, tmp_path: Path) -> None:
    lines, places = [LINE, ""], []
    for number, (line, place) in enumerate(WRONG_LINES, 3):
        fresh = isinstance(line, dict) and line is not LINE and line["source_id"] == "s1"
        lines.append(line | {"source_id": f"s{number}"} if fresh else line)
        places.append(f"line {number}{place}: ")
    named = problems(json_lines(tmp_path, *lines))
    for place in places:
        assert [sentence for sentence in named if sentence.startswith(place)], place
    assert len(named) == len(places)


def test_limits_are_settings(draft: DraftPage, tmp_path: Path, settings: Any) -> None:
    settings.COMMENT_MAX_LENGTH = settings.ANSWER_MAX_LENGTH = settings.LINKS_PER_COMMENT = 0
    long = changed(
        comments=[{"body": "x" * 9_000, "evidence_links": ["https://example.org/"] * 30}],
        answers={"q4": "x" * 9_000},
    )
    run(json_lines(tmp_path, long))
    assert len(Comment.objects.get().body) == 9_000
    settings.IMPORT_MAX_BYTES = 100
    assert "IMPORT_MAX_BYTES" in problems(json_lines(tmp_path, LINE))[0]


def test_a_file_that_is_not_what_it_says(draft: DraftPage, tmp_path: Path) -> None:
    for name, content in [
        ("a.csv", b""),
        ("a.csv", b"body,section\nx,y\n"),
        ("a.csv", b"source_id,body,body\n1,x,y\n"),
        ("a.csv", b'source_id,body\n1,"open\n'),
        ("a.csv", "source_id,body\n1,educación\n".encode("latin-1")),
        ("a.csv", "source_id,body\n1,educación\n".encode("utf-16")),
        ("a.jsonl", "\n\ud800".encode("utf-8", "surrogatepass")),
        ("a.xlsx", b""),
        ("a.xlsx", b"source_id,body\n"),
        ("a.txt", b"hello"),
        ("a", b"hello"),
    ]:
        path = tmp_path / name
        path.write_bytes(content)
        assert len(problems(path)) == 1, (name, content)


def test_which_draft(draft: DraftPage, other_group: WorkingGroupPage, tmp_path: Path) -> None:
    path = json_lines(tmp_path, LINE)
    for unknown in ("nadie", "999999", "9" * 40):
        assert len(problems(path, draft=unknown)) == 1
    other = make_draft(other_group, "politica")
    assert f"{other.pk} (infraestructura-digital)" in problems(path)[0]
    run(path, draft=str(draft.pk))
    assert Submission.objects.get().draft == draft


def test_a_draft_without_a_version_takes_none(group: WorkingGroupPage, tmp_path: Path) -> None:
    make_draft(group, "politica", publish=False)
    assert len(problems(json_lines(tmp_path, LINE))) == 1


def test_names_nobody_reads_are_said(draft: DraftPage, tmp_path: Path) -> None:
    assert "comments.coment, phone" in run(
        json_lines(tmp_path, with_comment(coment="x") | {"phone": "1"})
    )


def test_queries_do_not_grow_with_what_a_line_refers_to(
    draft: DraftPage, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    lines = [changed(source_id=f"s{number}") for number in range(10)]
    # Seven to begin with; then what it takes to store one, whatever it refers to.
    with django_assert_max_num_queries(20 + 10 * 20):
        run(json_lines(tmp_path, *lines))


@pytest.mark.skipif(not CHILE.exists(), reason="the consultation's data is not beside the project")
def test_a_real_consultation(group: WorkingGroupPage) -> None:
    call_command("import_draft", str(CHILE / "draft.json"), "--publish", stdout=StringIO())
    run(CHILE / "submissions.jsonl", "--status", "published", draft="politica-nacional-ia")
    draft = DraftPage.objects.get(slug="politica-nacional-ia")
    assert (draft.sections.count(), draft.questions.count()) == (13, 33)
    assert (Submission.objects.count(), Comment.objects.public().count()) == (95, 497)
    assert list(faults()) == []
    answers = Answer.objects.filter(question_uid=draft.questions.get(key="c15").uid)
    counts = Counter(answer.options[0] for answer in answers)
    assert {key: (count, round(100 * count / 83, 1)) for key, count in counts.items()} == {
        "strongly_agree": (37, 44.6),
        "agree": (35, 42.2),
        "neither": (3, 3.6),
        "disagree": (7, 8.4),
        "strongly_disagree": (1, 1.2),
    }
    run(CHILE / "submissions.jsonl", draft="politica-nacional-ia")
    assert Submission.objects.count() == 95
