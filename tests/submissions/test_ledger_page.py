"""The public ledger: looked up, downloaded, and checked without us."""

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from consult.submissions.models import LedgerEntry, LedgerHead, Submission
from consult.submissions.receipts import new_receipt
from tests.factories import submit
from tests.submissions.test_editing import address, typed
from working_groups.models import DraftPage

VERIFIER = Path(settings.BASE_DIR, "docs", "verify_proof.py")


@pytest.fixture
def three(draft: DraftPage) -> list[Submission]:
    return [
        submit(draft, f"Comentario número {n}: ñ, “é”, 🌵", respondent={"name": "Ana Ruiz"})
        for n in range(3)
    ]


def downloaded(client: Client, query: str = "") -> bytes:
    response = client.get(f"/en/ledger/proof.json{query}")
    assert response.status_code == 200
    return b"".join(response)


def verify(tmp_path: Path, content: bytes, *last: str) -> subprocess.CompletedProcess[str]:
    """What a person sees who runs the program on a file, with Python and nothing else."""
    file = tmp_path / "proof"
    file.write_bytes(content)
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(file), *last], capture_output=True, text=True
    )


def test_the_program_is_about_twenty_lines_and_is_offered(client: Client, db) -> None:
    body = client.get("/es/ledger/verify_proof.py").content
    assert body == VERIFIER.read_bytes()
    program = runpy.run_path(str(VERIFIER))
    assert {"digest", "faults"} <= program.keys()
    lines = [line for line in body.decode().splitlines() if line.strip()]
    assert len(lines) <= 35


def test_the_whole_chain_can_be_checked(client: Client, three, tmp_path: Path) -> None:
    comment = three[1].comments.get()
    client.post(address(comment), typed(comment))
    client.post(f"/es/receipt/{three[2].receipt}/withdraw/")
    head = LedgerHead.objects.get()
    content = downloaded(client)
    rows = [json.loads(line) for line in content.splitlines()]
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["kind"] for row in rows][3:] == ["edited", "withdrawn"]
    result = verify(tmp_path, content, head.digest)
    assert (result.returncode, result.stdout) == (0, "All of it fits together.\n")
    for secret in ("Comentario", "Ana", *(each.receipt for each in three)):
        assert secret not in content.decode()


@pytest.mark.parametrize(
    "falsify",
    [
        lambda rows: rows[1].update(content="0" * 64),
        lambda rows: rows[1].update(written_at="2020-01-01T00:00:00+00:00"),
        lambda rows: rows.pop(1),
        lambda rows: rows.insert(1, rows[0]),
    ],
    ids=["content", "time", "taken out", "added"],
)
def test_a_falsified_chain_is_found_out(client, three, tmp_path, falsify: Any) -> None:
    rows = [json.loads(line) for line in downloaded(client).splitlines()]
    falsify(rows)
    result = verify(tmp_path, "\n".join(map(json.dumps, rows)).encode())
    assert result.returncode == 1
    assert "row 2" in result.stderr or "row 3" in result.stderr or "row 1" in result.stderr


def test_a_chain_that_ends_early_is_found_out_by_the_digest_noted(client, three, tmp_path) -> None:
    head = LedgerHead.objects.get().digest
    result = verify(tmp_path, downloaded(client, "?to=2"), head)
    assert result.returncode == 1
    assert "not the one you noted" in result.stderr


def test_a_part_of_the_chain(client: Client, three, tmp_path: Path) -> None:
    content = downloaded(client, "?from=2&to=3")
    assert [json.loads(line)["sequence"] for line in content.splitlines()] == [2, 3]
    assert verify(tmp_path, content).returncode == 0
    assert client.get("/en/ledger/proof.json?from=x").status_code == 422
    assert downloaded(client, "?from=900") == b""


def test_ones_own_proof_holds_ones_words_and_can_be_checked(client, three, tmp_path) -> None:
    mine = three[1]
    comment = mine.comments.get()
    client.post(address(comment), typed(comment))
    response = client.get(f"/en/receipt/{mine.receipt}/proof.json")
    assert "no-store" in response["Cache-Control"]
    proof = json.loads(response.content)
    assert [row["sequence"] for row in proof["rows"]] == [2, 4]
    assert verify(tmp_path, response.content).returncode == 0
    proof["words"][0]["words"]["body"] = "Otra cosa."
    forged = verify(tmp_path, json.dumps(proof).encode())
    assert forged.returncode == 1
    assert "words are not those" in forged.stderr
    proof = json.loads(response.content)
    proof["rows"][0]["says"]["channel"] = "paper"
    assert "row 2 was altered" in verify(tmp_path, json.dumps(proof).encode()).stderr


def test_a_receipt_is_looked_up_and_nothing_but_its_rows_is_told(client: Client, three) -> None:
    typed_code = three[1].receipt.lower().replace("-", " ")
    response = client.post("/en/ledger/", {"of": typed_code})
    assert [row.sequence for row in response.context["found"]] == [2]
    html = response.content.decode()
    assert "Comentario número" not in html
    assert "Ana Ruiz" not in html
    row = three[1].received_entry()
    for digest in (row.content_digest, row.content_digest.upper()):
        found = client.get("/en/ledger/", {"of": digest})
        assert [each.sequence for each in found.context["found"]] == [2]
        assert three[1].receipt not in found.content.decode()


@pytest.mark.parametrize(
    ("of", "status"), [("nonsense", 422), ("AC-YQDJ-FT1Y-V638-3", 404), ("0" * 64, 404)]
)
def test_what_is_not_there(client: Client, three, of: str, status: int) -> None:
    response = client.post("/en/ledger/", {"of": of})
    assert response.status_code == status
    assert f'value="{of}"' in response.content.decode()


def test_looking_up_is_limited_with_all_the_other_guesses(client, three, settings) -> None:
    settings.RECEIPT_LOOKUPS_PER_HOUR = 2
    client.get(f"/en/receipt/{new_receipt()}/")
    codes = [client.post("/en/ledger/", {"of": new_receipt()}).status_code for _ in range(2)]
    assert codes == [404, 429]


def test_rows_are_paged_and_their_kinds_in_words(client: Client, three, monkeypatch) -> None:
    monkeypatch.setattr("consult.submissions.views.ledger.ROWS_A_PAGE", 2)
    client.post(f"/es/receipt/{three[2].receipt}/withdraw/")
    first = client.get("/en/ledger/")
    assert [row.sequence for row in first.context["rows"]] == [4, 3]
    assert "Withdrawn by its author" in first.content.decode()
    assert [row.sequence for row in client.get("/en/ledger/?page=2").context["rows"]] == [2, 1]
    call_command("verify_ledger")
    assert LedgerEntry.objects.count() == 4
