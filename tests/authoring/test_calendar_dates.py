"""Dates that don't exist, in the forms in which authors write examples."""

from __future__ import annotations

import pytest

from intake.authoring.lint.calendar_dates import impossible_dates


@pytest.mark.parametrize(
    "date", ["31 February", "30 февраля", "May 32", "2026-02-29", "29.02.2026", "31.04.25"]
)
def test_a_date_that_never_comes_is_found(date: str) -> None:
    assert list(impossible_dates(f"since {date}, 14:20")) == [date]


@pytest.mark.parametrize(
    "date",
    ["29 February", "29 февраля", "2024-02-29", "29.02.24", "31 мая", "10.10.10.10", "May 5"],
)
def test_a_date_of_a_leap_year_and_an_address_are_left_alone(date: str) -> None:
    """Without a year, 29 February may be meant in a leap year."""
    assert not list(impossible_dates(f"since {date}, 14:20"))
