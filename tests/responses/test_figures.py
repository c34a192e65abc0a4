"""What is counted on a draft: which comments, which answers, and how it is shared out."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from consult.common.charts import Figure
from consult.responses.queries import DraftFigures, figures_of
from consult.submissions.actions import NewAnswer
from consult.submissions.models import Submission
from tests.factories import comment_on, submit
from working_groups.models import DraftPage, Question, WorkingGroupPage

CHILE = settings.BASE_DIR.parent / "shared/data/consultation_chile_ai_2021"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def counted(figures: DraftFigures, name: str) -> dict[str, int]:
    """The bars of the figure on comments with that id, the empty ones left out."""
    figure = next(figure for figure in figures.of_comments if figure.id == name)
    return {bar.label.text: bar.count for bar in figure.bars if bar.count}


def answered(draft: DraftPage, kind: str) -> Figure:
    question = Question.objects.get(page=draft, kind=kind)
    figures = figures_of(draft).of_answers
    return next(figure for figure in figures if figure.id == f"question-{question.uid}")


def answer(draft: DraftPage, kind: str, *options: str, text: str = "") -> None:
    uid = Question.objects.get(page=draft, kind=kind).uid
    submit(draft, answers=(NewAnswer(uid, list(options), text),))


def shares(figure: Figure) -> list[tuple[str, str, str]]:
    return [(row.label.text, row.count, row.share) for row in figure.rows]


def test_only_published_comments_of_this_draft_are_counted(
    draft: DraftPage, other_draft: DraftPage
) -> None:
    comment_on(draft, "Sí", status="published", stance="support", themes=("equity", "oversight"))
    comment_on(draft, "No", status="published", stance="oppose", section=1, themes=("equity",))
    comment_on(draft, "Ni", status="published", stance="", section=None, respondent={"sector": ""})
    for status in ("pending", "rejected", "hidden", "withdrawn"):
        comment_on(draft, "Oculto", status=status, stance="neutral", themes=("ethics",))
    comment_on(other_draft, "Ajeno", status="published", stance="question", themes=("ethics",))

    figures = figures_of(draft)

    assert (figures.submissions, figures.comments) == (7, 3)
    assert counted(figures, "by-stance") == {"Support": 1, "Oppose": 1, "Not stated": 1}
    assert counted(figures, "by-section") == {
        "1 Basic training": 1,
        "1.1 Rural areas": 1,
        "The draft as a whole": 1,
    }
    assert counted(figures, "by-sector") == {"Academia": 2, "Not stated": 1}
    assert sum(counted(figures, "by-theme").values()) == 4
    assert counted(figures, "by-theme")["No theme marked"] == 1
    equity = next(entry for entry in figures.themes.values() if entry.theme.slug == "equity")
    assert equity.tally.stances() == [("support", 1), ("oppose", 1)]


def test_comments_on_a_section_since_removed_are_still_counted(draft: DraftPage) -> None:
    comment_on(draft, "Sobre lo que se quitó", status="published", section=1)
    draft.sections = list(draft.sections.all())[:1]
    draft.save_revision().publish()

    figures = figures_of(DraftPage.objects.get(pk=draft.pk))

    assert counted(figures, "by-section") == {"Sections since removed": 1}


def test_every_accepted_submission_answers_whatever_became_of_its_comments(
    draft: DraftPage,
) -> None:
    uid = Question.objects.get(page=draft, kind="agreement").uid
    for status, key in (("published", "agree"), ("rejected", "agree"), ("pending", "dont_know")):
        submit(draft, "Texto", status=status, answers=(NewAnswer(uid, [key]),))

    figure = answered(draft, "agreement")

    assert shares(figure) == [
        ("Strongly agree", "0", "0.0 %"),
        ("Agree", "2", "66.7 %"),
        ("Neither agree nor disagree", "0", "0.0 %"),
        ("Disagree", "0", "0.0 %"),
        ("Strongly disagree", "0", "0.0 %"),
        ("Don't know", "1", "33.3 %"),
    ]
    assert figure.sentence == "Of 3 answers, the most frequent is “Agree”, with 2 (66.7\xa0%)."


def test_shares_of_a_question_with_several_options_are_of_those_who_answered(
    draft: DraftPage,
) -> None:
    answer(draft, "choices", "a", "b")
    answer(draft, "choices", "a")

    figure = answered(draft, "choices")

    assert shares(figure) == [("One", "2", "100.0 %"), ("Another", "1", "50.0 %")]
    assert "more than 100 %" in figure.note


def test_an_option_since_removed_is_still_counted(draft: DraftPage) -> None:
    answer(draft, "choice", "a")
    answer(draft, "choice", "gone")

    assert shares(answered(draft, "choice"))[2] == ("Options since removed", "1", "50.0 %")


def test_of_answers_in_own_words_only_the_number_is_told(draft: DraftPage) -> None:
    answer(draft, "open", text="Mi correo es ana@example.org")
    answer(draft, "open", text="Otra cosa")

    figure = answered(draft, "open")

    assert figure.sentence == "2 answers in the respondents’ own words."
    assert not figure.bars


def test_a_draft_without_comments_or_answers_has_sentences_and_no_bars(draft: DraftPage) -> None:
    figures = figures_of(draft)

    assert (figures.submissions, figures.comments) == (0, 0)
    assert {figure.sentence for figure in figures.of_comments} == {"No comment has been published."}
    assert {figure.sentence for figure in figures.of_answers} == {
        "Nobody has answered this question."
    }
    assert not [figure for figure in figures.of_comments + figures.of_answers if figure.bars]


def test_as_many_queries_for_one_comment_as_for_many(
    draft: DraftPage, django_assert_num_queries: Any
) -> None:
    comment_on(draft, "Uno", status="published", themes=("equity",))
    answer(draft, "agreement", "agree")
    with django_assert_num_queries(11):
        figures_of(DraftPage.objects.get(pk=draft.pk))
    for number in range(10):
        comment_on(
            draft, f"Otro {number}", status="published", section=number % 2, themes=("ethics",)
        )
        answer(draft, "choice", "ab"[number % 2])
    with django_assert_num_queries(11):
        figures_of(DraftPage.objects.get(pk=draft.pk))


@pytest.mark.skipif(not CHILE.is_dir(), reason="the data folder is not beside this clone")
def test_the_shares_of_the_chilean_consultation(group: WorkingGroupPage) -> None:
    slug = json.loads(Path(CHILE, "draft.json").read_text("utf-8"))["slug"]
    call_command("import_draft", str(CHILE / "draft.json"), group=group.slug, publish=True)
    call_command("import_submissions", slug, str(CHILE / "submissions.jsonl"), status="published")
    draft = DraftPage.objects.get(slug=slug)

    figures = figures_of(draft)
    question = Question.objects.get(page=draft, key="c15")
    c15 = next(f for f in figures.of_answers if f.id == f"question-{question.uid}")

    assert (figures.submissions, figures.comments) == (Submission.objects.count(), 497)
    assert len(figures.of_answers) == 33
    assert [row.share for row in c15.rows] == [
        "44.6 %", "42.2 %", "3.6 %", "8.4 %", "1.2 %", "0.0 %",
    ]  # fmt: skip
    assert c15.sentence == (
        "Of 83 answers, the most frequent is “Strongly agree”, with 37 (44.6\xa0%)."
    )
