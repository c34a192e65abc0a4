"""A draft's dates as a file for calendars, read back as a calendar reads it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from tests.factories import make_draft
from tests.working_groups.windows import CLOSES, LATER, NOW, OPENS, publish
from working_groups.models import DraftPage, WorkingGroupPage


def address(draft: DraftPage, code: str = "en") -> str:
    return f"/{code}/groups/{draft.group.slug}/{draft.slug}/calendar.ics"


def events(client: Client, draft: DraftPage, code: str = "en") -> list[Any]:
    response = client.get(address(draft, code))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


@pytest.fixture
def draft(group: WorkingGroupPage) -> DraftPage:
    with time_machine.travel(NOW, tick=False):
        return make_draft(group, "formacion", opens_at=OPENS, closes_at=CLOSES)


@pytest.mark.parametrize(
    ("code", "summary", "when"),
    [
        ("en", "Draft formacion", "December 10, 2026, 23:59, Central Mexico time"),
        ("es", "Borrador formacion", "10 de diciembre de 2026, 23:59, hora del centro de México"),
    ],
)
def test_the_closing_is_an_event_with_an_alarm_the_day_before(
    client: Client, draft: DraftPage, code: str, summary: str, when: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        [event] = events(client, draft, code)
    here = f"http://testserver/{code}/groups/ia-trabajo/formacion/"
    assert event["DTSTART"].to_ical() == b"20261211T055959Z"
    assert summary in event["SUMMARY"]
    assert when in event["DESCRIPTION"]
    assert event["DESCRIPTION"].endswith(here)
    assert event["URL"] == here
    [alarm] = event.walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(days=-1))


def test_an_upcoming_draft_has_its_opening_too(client: Client, draft: DraftPage) -> None:
    with time_machine.travel(OPENS - timedelta(seconds=1), tick=False):
        opening, closing = events(client, draft)
    assert (opening["DTSTART"].dt, closing["DTSTART"].dt) == (OPENS, CLOSES)
    assert opening["UID"] != closing["UID"]
    assert not opening.walk("VALARM")
    with time_machine.travel(OPENS, tick=False):
        assert [event["UID"] for event in events(client, draft)] == [closing["UID"]]


def test_each_change_of_dates_replaces_the_event_in_calendars(
    client: Client, draft: DraftPage
) -> None:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        [before] = events(client, draft)
        draft = publish(draft, summary_es="Otro resumen.")
        [same] = events(client, draft)
        draft = publish(draft, closes_at=LATER)
        [after] = events(client, draft)
        [spanish] = events(client, draft, "es")
    assert same == before
    assert len({event["UID"] for event in (before, after, spanish)}) == 1
    assert [event["SEQUENCE"] for event in (before, after, spanish)] == [0, 1, 1]
    assert [event["LAST-MODIFIED"].dt for event in (before, after)] == [
        NOW,
        NOW + timedelta(hours=1),
    ]
    assert after["DTSTART"].dt == LATER


def test_two_drafts_have_events_of_their_own(client: Client, draft: DraftPage) -> None:
    other = make_draft(draft.group, "otro", opens_at=OPENS, closes_at=CLOSES)
    with time_machine.travel(NOW, tick=False):
        assert events(client, draft)[0]["UID"] != events(client, other)[0]["UID"]


def test_the_closing_stays_in_the_file_when_it_is_over(client: Client, draft: DraftPage) -> None:
    with time_machine.travel(CLOSES + timedelta(days=9), tick=False):
        [event] = events(client, draft)
    assert event["DTSTART"].dt == CLOSES


def test_a_heading_in_the_other_language_only_is_said_to_be_so(
    client: Client, group: WorkingGroupPage
) -> None:
    draft = make_draft(group, "solo-es", heading_en="", opens_at=OPENS, closes_at=CLOSES)
    with time_machine.travel(NOW, tick=False):
        [event] = events(client, draft)
    assert "Borrador solo-es" in event["SUMMARY"]
    assert "Not yet translated into English" in event["DESCRIPTION"]


def test_words_with_commas_and_lines_come_through(client: Client, group: WorkingGroupPage) -> None:
    heading = "Uno, dos; tres\\cuatro: " + "ñandú " * 30
    draft = make_draft(group, "largo", heading_en=heading, opens_at=OPENS, closes_at=CLOSES)
    with time_machine.travel(NOW, tick=False):
        [event] = events(client, draft)
        raw = client.get(address(draft)).content
    assert heading.strip() in event["SUMMARY"]
    assert max(map(len, raw.split(b"\r\n"))) <= 75


@pytest.mark.parametrize(
    "dates",
    [{"opens_at": None, "closes_at": None}, {"opens_at": None}, {"closes_at": None}],
)
def test_without_dates_there_is_nothing_to_put_in_a_calendar(
    client: Client, group: WorkingGroupPage, dates: dict[str, Any]
) -> None:
    draft = make_draft(group, "sin-fechas", **{"opens_at": OPENS, "closes_at": CLOSES, **dates})
    with time_machine.travel(NOW, tick=False):
        assert client.get(address(draft)).status_code == 404
        assert "calendar.ics" not in client.get(draft.url).content.decode()


def test_a_draft_that_is_not_published_has_no_file(client: Client, draft: DraftPage) -> None:
    draft.unpublish()
    assert client.get(address(draft)).status_code == 404


def test_the_draft_leads_to_its_file(client: Client, draft: DraftPage) -> None:
    with time_machine.travel(NOW, tick=False):
        for code in ("es", "en"):
            page = client.get(f"/{code}/groups/ia-trabajo/formacion/").content.decode()
            assert f'href="{address(draft, code)}"' in page


def test_the_moment_is_that_of_the_sites_zone(
    client: Client, group: WorkingGroupPage, settings: Any
) -> None:
    settings.TIME_ZONE = "America/Ciudad_Juarez"
    closes_at = datetime(2026, 7, 11, 5, 59, 59, tzinfo=UTC)
    draft = make_draft(group, "verano", opens_at=closes_at - timedelta(9), closes_at=closes_at)
    with time_machine.travel(closes_at - timedelta(days=1), tick=False):
        [event] = events(client, draft)
    assert event["DTSTART"].dt == closes_at
    assert "July 10, 2026, 23:59, Ciudad Juárez time" in event["DESCRIPTION"]
