"""How long the desk's first screens take with 20,000 comments waiting, and in how many queries."""

import statistics
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consult.submissions.models import Comment, Submission
from tests.factories import comment_on
from working_groups.models import DraftPage

PENDING = 20_000
TIMES = 7
MOST_QUERIES, MOST_MS = 15, 300


def fill(draft: DraftPage, how_many: int) -> None:
    """Copies of one comment as rows: only the desk is measured, not the sending."""
    first = comment_on(draft, "Faltan recursos en la sierra, y sin caminos no hay conexión. " * 8)
    now = timezone.now()
    submission = first.submission
    Submission.objects.bulk_create(
        [
            Submission(
                draft=draft,
                receipt=f"AC-{n:08}",
                received_at=now - timedelta(minutes=n % 10_000),
                language="es",
                respondent_kind=submission.respondent_kind,
                sector=submission.sector,
            )
            for n in range(how_many - 1)
        ],
        batch_size=1_000,
    )
    numbers = Submission.objects.exclude(pk=submission.pk).values_list("pk", flat=True)
    Comment.objects.bulk_create(
        [
            Comment(
                submission_id=number,
                version=first.version,
                section=first.section,
                stance=first.stance,
                body=first.body,
                language="es",
            )
            for number in numbers
        ],
        batch_size=1_000,
    )


@pytest.fixture
def chair_client(chair: User) -> Client:
    client = Client()
    client.force_login(chair)
    return client


@pytest.mark.django_db
def test_first_screens(chair_client: Client, draft: DraftPage) -> None:
    fill(draft, PENDING)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    oldest = chair_client.get("/admin/comments/desk/").url
    for name, address in (("queue", "/admin/comments/"), ("desk", oldest)):
        milliseconds, queries = measure(chair_client, name, address)
        assert queries <= MOST_QUERIES
        assert milliseconds < MOST_MS
    for name, address in (
        ("desk, narrowed", f"{oldest}?stance=support&q=caminos"),
        ("to the next", "/admin/comments/desk/"),
        ("dashboard", "/admin/comments/dashboard/"),
    ):
        measure(chair_client, name, address)


def measure(client: Client, name: str, address: str) -> tuple[float, int]:
    """The quickest of some visits in milliseconds, and the queries of the last.

    The quickest, since others work on the machine too; the median is printed beside it.
    """
    client.get(address)
    each: list[float] = []
    queries = 0
    for _turn in range(TIMES):
        with CaptureQueriesContext(connection) as asked:
            started = time.perf_counter()
            client.get(address)
            each.append((time.perf_counter() - started) * 1_000)
        queries = len(asked)
    best, half = min(each), statistics.median(each)
    print(f"\n{name}, {PENDING:,} pending: {best:.0f} ms (median {half:.0f}), {queries} queries")
    return best, queries
