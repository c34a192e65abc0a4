from pathlib import Path

from django.test import Client


def test_all_is_well(client: Client, db: None) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


def test_an_index_that_cannot_be_read_is_named(
    client: Client, db: None, settings, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "a file"
    settings.SEARCH_INDEX_DIR.write_text("no index")
    response = client.get("/healthz")
    assert (response.status_code, response.json()["failing"]) == (503, ["index"])
