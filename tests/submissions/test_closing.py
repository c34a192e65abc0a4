"""The form that is open when the consultation closes, wherever the server stands."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from consult.submissions.models import Submission
from tests.factories import make_draft
from tests.submissions.test_take_part import address, filled_in
from tests.working_groups.windows import (
    CLOSE,
    CLOSES,
    LATER,
    NOTES,
    NOW,
    OPENS,
    confirm,
    publish,
    reload,
    words_of,
)
from working_groups.models import DraftPage, WorkingGroupPage


@pytest.fixture(params=["America/Mexico_City", "America/Ciudad_Juarez"])
def zone(request: pytest.FixtureRequest, settings: Any) -> Iterator[ZoneInfo]:
    """The site's zone, on a server that stands in Tokyo."""
    settings.TIME_ZONE = request.param
    before = os.environ["TZ"]
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    yield ZoneInfo(request.param)
    os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def announced(clock: time_machine.Traveller, group: WorkingGroupPage) -> DraftPage:
    """A draft that is open until a time that everybody knows."""
    return make_draft(group, "formacion", opens_at=OPENS, closes_at=CLOSES)


@pytest.fixture
def chair_client(chair: User) -> Client:
    client = Client()
    client.force_login(chair)
    return client


@pytest.mark.parametrize("code", ["es", "en"])
@pytest.mark.parametrize("day", ["2026-12-10", "2026-07-10", "2026-11-01", "2026-03-08"])
def test_a_form_that_was_open_still_sends_in_the_last_second(
    group: WorkingGroupPage, client: Client, zone: ZoneInfo, code: str, day: str
) -> None:
    """On the last two days the clocks change in Ciudad Juárez."""
    closes_at = datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=zone).astimezone(UTC)
    with time_machine.travel(closes_at - timedelta(hours=2), tick=False):
        draft = make_draft(
            group, "cierra", opens_at=closes_at - timedelta(days=5), closes_at=closes_at
        )
        here, data = address(draft, code), filled_in(draft)
        form = words_of(client.get(here))
    assert {"es": "23:59", "en": "closes in 2 hours"}[code] in form
    with time_machine.travel(closes_at + timedelta(microseconds=999_999), tick=False):
        assert client.post(here, data).status_code == 303
    with time_machine.travel(closes_at + timedelta(seconds=1), tick=False):
        late = client.post(here, data | {"token": "two"})
    assert late.status_code == 409
    assert "Cuarenta horas no bastan." in late.content.decode()
    when = {
        ("es", "2026-12-10"): "10 de diciembre de 2026, 23:59",
        ("en", "2026-12-10"): "closed for comments on December 10, 2026, 23:59",
    }.get((code, day), "23:59")
    assert when in words_of(late)
    assert Submission.objects.get().received_at == closes_at + timedelta(microseconds=999_999)


@pytest.mark.parametrize("code", ["es", "en"])
def test_after_an_early_closing_the_form_says_when_and_why(
    client: Client, chair_client: Client, announced: DraftPage, zone: ZoneInfo, code: str
) -> None:
    here, data = address(announced, code), filled_in(announced)
    confirm(chair_client, announced, CLOSE, when="now")
    with time_machine.travel(NOW + timedelta(milliseconds=999), tick=False):
        assert client.post(here, data).status_code == 303
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        late = client.post(here, data | {"token": "two"})
        visited = client.get(here)
    assert late.status_code == 409
    assert "Cuarenta horas no bastan." in late.content.decode()
    hour = {"America/Mexico_City": "12:00", "America/Ciudad_Juarez": "11:00"}[zone.key]
    day = {"es": "1 de diciembre de 2026", "en": "closed early, on December 1, 2026"}[code]
    for page in (late, visited):
        assert f"{day}, {hour}" in words_of(page)
        assert NOTES[f"note_{code}"] in words_of(page)
    assert Submission.objects.count() == 1


def test_a_consultation_that_was_extended_after_an_early_closing_did_not_close_early(
    client: Client, chair_client: Client, announced: DraftPage, clock: time_machine.Traveller
) -> None:
    confirm(chair_client, announced, CLOSE, when="now")
    clock.shift(timedelta(days=1))
    confirm(chair_client, reload(announced))
    clock.move_to(LATER + timedelta(days=1))
    page = words_of(client.get(address(announced, "en")))
    assert "closed for comments on December 20, 2026" in page


def test_a_closing_time_that_was_set_late_is_no_early_closing(
    client: Client, announced: DraftPage, clock: time_machine.Traveller
) -> None:
    publish(announced, closes_at=None)
    publish(announced, closes_at=CLOSES)
    clock.move_to(CLOSES + timedelta(days=1))
    page = words_of(client.get(address(announced, "en")))
    assert "closed for comments on December 10, 2026" in page
