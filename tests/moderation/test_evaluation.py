"""How well campaigns and personal data are found, measured by a command that runs on other data too."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from consult.moderation import evaluation
from consult.submissions.enums import Covered
from tests.moderation.test_campaigns_grouping import LETTER, OTHER, OWN

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def data() -> Path:
    """Real texts, where they are at hand."""
    if not DATA.exists():
        pytest.skip("the shared data are not beside this checkout")
    return DATA


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def evaluate(*arguments: Any) -> str:
    out = StringIO()
    call_command("evaluate_moderation", *map(str, arguments), stdout=out)
    return out.getvalue()


def written(path: Path, *content: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
    return path


def test_pairs_are_counted_as_precision_and_recall_count_them() -> None:
    found = evaluation.compare_groups(
        [1, 1, 1, 2, 2, 3, 1, 9], ["a", "a", "b", "a", None, None, "mixed", None], {"mixed"}
    )
    # Of "a" there are three pairs, one of them in a group; wrong are a-b twice and a-None once.
    assert (found.right, found.wrong, found.known) == (1, 3, 3)
    assert (found.precision, found.recall) == (0.25, 1 / 3)


def test_copies_are_told_apart_and_keep_what_they_have_in_common() -> None:
    texts = evaluation.told_apart([LETTER, f"{LETTER} {OWN}", OTHER], 9)
    groups = evaluation.group_texts(texts)
    assert len(texts) == 9
    assert len(set(groups)) == 6
    assert groups[0] == groups[1] != groups[3] == groups[4]


def test_the_command_measures_files_of_others(tmp_path: Path) -> None:
    campaigns = written(
        tmp_path / "campaigns.jsonl",
        {"text": LETTER, "campaign": "one"},
        {"text": f"{LETTER} {OWN}", "campaign": "one"},
        {"text": OTHER, "campaign": None},
    )
    values = written(
        tmp_path / "values.jsonl",
        {"type": "RFC", "value": "GODE561231GR8", "valid": True},
        {"type": "CURP", "value": "BOXW310820HNERXN08", "valid": False},
        {"type": "IBAN", "value": "no es de los nuestros", "valid": True},
    )
    spans = written(
        tmp_path / "spans.jsonl",
        {
            "text": "Mi correo: a@b.mx y algo",
            "spans": [
                {"type": "EMAIL_ADDRESS", "start": 11, "end": 17},
                {"type": "PHONE_NUMBER", "start": 20, "end": 24},
            ],
        },
    )
    clean = written(
        tmp_path / "clean.jsonl",
        {"comments": [{"body": "Nada"}, {"body": "Tel. 656 123 4567"}]},
        {"text": "Nada"},
    )
    said = evaluate(
        *("--campaigns", campaigns, "--per", 30),
        *("--personal-data", values, "--personal-data", spans, "--negatives", clean),
    )
    assert "precision 1.0000, recall 1.0000 of 1 pairs" in said
    assert "30 texts:" in said
    assert "rfc, valid: recall 1.0000 of 4" in said
    assert "curp, invalid: 0 of 4 found wrongly" in said
    assert "phone, in texts: recall 0.0000 of 1; missed: 'algo'" in said
    assert "3 texts, 1 flagged (33.33%)" in said


@pytest.mark.parametrize("content", [None, "{", "\xff"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "file.jsonl"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(CommandError, match=r"file\.jsonl"):
        evaluate("--campaigns", path)


def test_without_a_file_there_is_nothing_to_measure() -> None:
    with pytest.raises(CommandError):
        evaluate()


def test_known_letters_are_found(data: Path) -> None:
    """Form letters sent to an authority of the United States in 2014, many with words of their own."""
    texts = rows(data / "campaigns_fcc/comments_14_28.jsonl")
    groups = evaluation.group_texts(row["text"] for row in texts)
    letters = [row["campaign"] for row in texts]
    # Under "other_form" is more than one letter, and what is left of a known one.
    found = evaluation.compare_groups(groups, letters, {"other_form"})
    assert found.precision >= 0.98
    assert found.recall >= 0.95


def test_floods_are_found(data: Path) -> None:
    """One text under 62 proposals of a city's residents; each pair of the same texts is together."""
    texts = [row["text"] for row in rows(data / "decide_madrid_2019/comments.jsonl")]
    groups = evaluation.group_texts(texts)
    flood = [
        g
        for g, text in zip(groups, texts, strict=True)
        if text.startswith("Hay una propuesta muy buena")
    ]
    assert flood.count(flood[0]) == 62
    by_text: dict[str, set[Any]] = {}
    for group, text in zip(groups, texts, strict=True):
        if evaluation.fingerprint(text).keys:
            by_text.setdefault(text, set()).add(group)
    assert all(len(found) == 1 for found in by_text.values())


def test_known_personal_data_are_found(data: Path) -> None:
    values = rows(data / "pii/identifiers.jsonl")
    valid, invalid = evaluation.find_values(values)
    for kind in (Covered.CURP, Covered.RFC, Covered.PHONE):
        assert valid[kind].recall >= 0.98, valid[kind].missed
    assert invalid[Covered.RFC].found == 0
    spans = evaluation.find_spans(rows(data / "pii/spans_en.jsonl"))
    for kind in (Covered.EMAIL, Covered.CARD):
        assert spans[kind].recall >= 0.98, spans[kind].missed


def test_few_comments_without_personal_data_are_flagged(data: Path) -> None:
    submissions = rows(data / "consultation_chile_ai_2021/submissions.jsonl")
    texts = [text for row in submissions for text in evaluation.texts_of(row)]
    assert len(evaluation.flagged(texts)) <= 0.02 * len(texts)
