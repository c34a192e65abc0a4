from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from consult.open_data.views import PATIENCE
from consult.search.models import OutboxEntry


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


def test_a_queue_that_nobody_empties_is_named(client: Client, db: None) -> None:
    entry = OutboxEntry.objects.create(kind="theme", key="1")
    response = client.get("/healthz")
    assert (response.status_code, response.json()["waiting"]) == (200, 1)
    long_ago = timezone.now() - PATIENCE - timedelta(seconds=1)
    OutboxEntry.objects.filter(pk=entry.pk).update(noted_at=long_ago)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "failing", "failing": ["queue"], "waiting": 1}


def test_a_database_that_does_not_answer_is_named_without_its_secrets(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("no such host: secret.example.org")

    monkeypatch.setattr(OutboxEntry.objects, "count", away)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["failing"] == ["database", "queue"]
    assert "secret" not in response.content.decode()
