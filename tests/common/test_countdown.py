"""How long one can still comment, as it is said: to the minute, in the site's zone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from consult.common.templatetags.consult import time_left
from working_groups.rules import has_closed

MEXICO, JUAREZ = "America/Mexico_City", "America/Ciudad_Juarez"


@pytest.mark.parametrize(
    ("zone", "now", "closes_at", "said"),
    [
        (MEXICO, "2026-12-01T12:00:00", "2026-12-10T23:59:59", "9 days left"),
        # Today is not counted, however much is left of it.
        (MEXICO, "2026-12-01T23:59:59", "2026-12-04T00:00:00", "3 days left"),
        (MEXICO, "2026-12-01T00:00:00", "2026-12-03T23:59:59", "2 days left"),
        (MEXICO, "2026-12-01T23:59:58", "2026-12-03T23:59:59", "2 days left"),
        (MEXICO, "2026-12-02T00:00:00", "2026-12-03T23:59:59", "closes in 48 hours"),
        (MEXICO, "2026-12-02T00:00:01", "2026-12-03T23:59:59", "closes in 47 hours and 59 minutes"),
        (MEXICO, "2026-12-03T21:54:00", "2026-12-03T23:59:59", "closes in 2 hours and 6 minutes"),
        (MEXICO, "2026-12-03T22:58:59", "2026-12-03T23:59:59", "closes in 1 hour and 1 minute"),
        (MEXICO, "2026-12-03T23:00:00", "2026-12-03T23:59:59", "closes in 1 hour"),
        (MEXICO, "2026-12-03T23:00:01", "2026-12-03T23:59:59", "closes in 59 minutes"),
        (MEXICO, "2026-12-03T23:58:59", "2026-12-03T23:59:59", "closes in 1 minute"),
        (MEXICO, "2026-12-03T23:59:01", "2026-12-03T23:59:59", "closes in less than a minute"),
        (MEXICO, "2026-12-03T23:59:59", "2026-12-03T23:59:59", "closes in less than a minute"),
        (MEXICO, "2026-12-04T00:00:00", "2026-12-03T23:59:59", "Closed for comments"),
        # Summer time begins on 8 March and ends on 1 November.
        (JUAREZ, "2026-03-07T00:30:00", "2026-03-09T23:59:59", "2 days left"),
        (JUAREZ, "2026-03-07T22:00:00", "2026-03-08T21:59:59", "closes in 23 hours"),
        (JUAREZ, "2026-10-31T22:00:00", "2026-11-01T21:59:59", "closes in 25 hours"),
        (JUAREZ, "2026-11-01T00:00:00", "2026-11-02T23:59:59", "closes in 49 hours"),
        (JUAREZ, "2026-10-31T00:00:00", "2026-11-02T23:59:59", "2 days left"),
        (JUAREZ, "2026-10-30T23:30:00", "2026-11-02T00:00:00", "3 days left"),
    ],
)
def test_what_is_left(zone: str, now: str, closes_at: str, said: str, settings: Any) -> None:
    settings.TIME_ZONE = zone
    local = [
        datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) for text in (closes_at, now)
    ]
    with translation.override("en"):
        assert time_left(*local) == said
        assert time_left(*(moment.astimezone(UTC) for moment in local)) == said


@pytest.mark.parametrize("millisecond", [-1, 0, 1, 500, 999, 1_000, 1_001])
@pytest.mark.parametrize("fraction", [0, 400_000])
def test_it_says_closed_when_it_is_closed(millisecond: int, fraction: int) -> None:
    closes_at = datetime(2026, 12, 4, 5, 59, 59, fraction, tzinfo=UTC)
    now = closes_at.replace(microsecond=0) + timedelta(milliseconds=millisecond)
    with translation.override("en"):
        closed = time_left(closes_at, now) == "Closed for comments"
    assert closed == has_closed(closes_at, now)
