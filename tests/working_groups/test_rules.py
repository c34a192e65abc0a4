from datetime import UTC, datetime, timedelta

import pytest

from working_groups.rules import has_closed, section_numbers

CLOSES = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "closed"), [(-1, False), (0, False), (999_999, False), (1_000_000, True)]
)
def test_the_last_second_still_counts(later: int, closed: bool) -> None:
    assert has_closed(CLOSES, CLOSES + timedelta(microseconds=later)) is closed


def test_a_consultation_may_be_open_to_the_end_of_time() -> None:
    assert not has_closed(datetime.max.replace(tzinfo=UTC), CLOSES)


@pytest.mark.parametrize(
    ("levels", "numbers"),
    [
        ([1, 2, 2, 3, 1, 2], ["1", "1.1", "1.2", "1.2.1", "2", "2.1"]),
        # A skipped level counts as one, and neighbours on one level are neighbours in number.
        ([1, 3, 3, 2, 3], ["1", "1.1", "1.2", "1.3", "1.3.1"]),
        ([3, 2, 1], ["1", "2", "3"]),
        ([], []),
    ],
)
def test_sections_are_numbered_by_level_and_place(levels: list[int], numbers: list[str]) -> None:
    assert section_numbers(levels) == numbers
