"""The script that keeps a countdown current says what the server says at that moment."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from consult.common.templatetags.consult import countdown, time_left

# Seconds before closing: around each moment at which something else is said.
EDGES = [hours * 3_600 for hours in (72, 49, 48, 47, 24, 2, 1)] + [120, 60, 0]
BEFORE = [edge + step for edge in EDGES for step in (61, 60, 59, 1, 0)] + [-1]


@pytest.mark.parametrize("code", ["es", "en"])
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Mexico_City", "2026-12-10"),
        # The day after the clocks changed.
        ("America/Ciudad_Juarez", "2026-03-09"),
        ("America/Ciudad_Juarez", "2026-11-02"),
    ],
)
def test_the_script_says_what_the_server_says(
    page: Page, settings: Any, zone: str, day: str, code: str
) -> None:
    settings.TIME_ZONE = zone
    closes_at = datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=ZoneInfo(zone))
    moments = [closes_at.astimezone(UTC) - timedelta(seconds=before) for before in BEFORE]
    with translation.override(code):
        html = countdown(closes_at)
        said = [time_left(closes_at, moment) for moment in moments]
    page.clock.install(time=moments[0] - timedelta(minutes=1))
    page.goto(f"/{code}/")
    page.locator("main").evaluate(
        "(main, html) => main.innerHTML = `<p class='phase open'>${html}</p>`", html
    )
    for moment, words in zip(moments, said, strict=True):
        page.clock.set_fixed_time(moment)
        page.clock.run_for(1_000)
        expect(page.locator("main")).to_have_text(words)
    expect(page.locator("main > .phase.open")).to_have_count(0)
