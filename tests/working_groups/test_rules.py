from datetime import UTC, datetime, timedelta

import pytest

from working_groups.rules import has_closed

CLOSES = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "closed"), [(-1, False), (0, False), (999_999, False), (1_000_000, True)]
)
def test_the_last_second_still_counts(later: int, closed: bool) -> None:
    assert has_closed(CLOSES, CLOSES + timedelta(microseconds=later)) is closed


def test_a_consultation_may_be_open_to_the_end_of_time() -> None:
    assert not has_closed(datetime.max.replace(tzinfo=UTC), CLOSES)
