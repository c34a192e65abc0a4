"""The program that reads and writes documents is kept on a short lead."""

import json
from pathlib import Path

import pytest

from working_groups.documents import pandoc as module
from working_groups.documents.pandoc import PandocFailed, pandoc


def test_what_it_makes_of_a_text() -> None:
    made = json.loads(pandoc(["--from=markdown", "--to=json"], "Año *nuevo*".encode()))
    assert [part["t"] for part in made["blocks"][0]["c"]] == ["Str", "Space", "Emph"]


def test_a_document_is_bytes() -> None:
    assert pandoc(["--from=markdown", "--to=docx"], b"hola").startswith(b"PK")


def test_what_it_says_when_it_fails() -> None:
    with pytest.raises(PandocFailed, match="docx"):
        pandoc(["--from=docx", "--to=json"], b"not a docx")


def test_it_reads_no_file_that_a_text_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("in secret")
    for source in (f"```{{include={secret}}}\n```", f".. include:: {secret}\n"):
        for form in ("markdown", "rst"):
            try:
                made = pandoc([f"--from={form}", "--to=plain"], source.encode())
            except PandocFailed:
                continue
            assert b"in secret" not in made


def test_its_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.001)
    with pytest.raises(PandocFailed, match="seconds"):
        pandoc(["--from=markdown", "--to=json"], b"a\n\n" * 10_000)


def test_its_memory_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEMORY", "8M")
    with pytest.raises(PandocFailed, match="heap"):
        pandoc(["--from=markdown", "--to=json"], b"*a* b\n\n" * 100_000)
