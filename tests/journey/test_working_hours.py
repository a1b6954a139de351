"""By when somebody answers: over breaks, nights, holidays and changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.journey.working_hours import (
    WorkingHours,
    is_in_order,
    read_dates,
    read_days,
    read_times,
)

WEEK = {"mon-fri": "09:00-13:00, 14:00-18:00", "sat": "10:00-16:00"}


def hours(zone: str = "Europe/Moscow", **more: Any) -> WorkingHours:
    return WorkingHours.model_validate({"zone": zone, "week": WEEK, **more})


def answer(of: WorkingHours, sent: str, minutes: int, **ticket: str) -> str | None:
    """Both moments on the wall's clock of the department."""
    zone = ZoneInfo(of.zone)
    sent_at = datetime.fromisoformat(sent).replace(tzinfo=zone)
    at = of.answer_by(sent_at, minutes, **ticket)
    return None if at is None else at.astimezone(zone).strftime("%a %m-%d %H:%M")


@pytest.mark.parametrize(
    ("sent", "minutes", "at"),
    [
        ("2026-11-27 09:30", 60, "Fri 11-27 10:30"),
        ("2026-11-27 12:30", 60, "Fri 11-27 14:30"),  # over the break
        ("2026-11-27 13:20", 10, "Fri 11-27 14:10"),  # in the break
        ("2026-11-27 12:30", 30, "Fri 11-27 13:00"),  # up to the break
        ("2026-11-27 17:30", 60, "Sat 11-28 10:30"),  # over a night
        ("2026-11-28 15:50", 30, "Mon 11-30 09:20"),  # over a Sunday
        ("2026-11-28 23:59", 40, "Mon 11-30 09:40"),
        ("2026-11-30 03:00", 480, "Mon 11-30 18:00"),  # before the day begins
        ("2026-11-30 03:00", 481, "Tue 12-01 09:01"),
    ],
)
def test_working_minutes_pass_in_working_hours_alone(sent: str, minutes: int, at: str) -> None:
    assert answer(hours(), sent, minutes) == at


def test_holidays_are_passed_over() -> None:
    closed = hours(holidays=["2026-12-31 to 2027-01-08", "2027-01-11"])
    assert answer(closed, "2026-12-30 17:50", 20) == "Sat 01-09 10:10"
    assert answer(closed, "2027-01-09 15:50", 20) == "Tue 01-12 09:10"


def test_a_queue_has_hours_of_its_own() -> None:
    own = hours(
        holidays=["2026-11-30"],
        queues={
            "servers": {"week": {"mon-sun": "08:00-22:00"}, "holidays": []},
            "abroad": {"zone": "Asia/Omsk"},
        },
    )
    assert answer(own, "2026-11-29 21:50", 20, queue="servers") == "Mon 11-30 08:10"
    assert answer(own, "2026-11-29 21:50", 20, queue="billing") == "Tue 12-01 09:20"
    # Three hours before Moscow, on the same holidays.
    assert answer(own, "2026-11-29 21:50", 20, queue="abroad") == "Tue 12-01 06:20"


def test_what_is_always_open_is_answered_at_night() -> None:
    night = hours(always=[{"queue": "servers", "priority": "urgent"}])
    sent = "2026-11-29 03:00"
    assert answer(night, sent, 20, queue="servers", priority="urgent") == "Sun 11-29 03:20"
    assert answer(night, sent, 20, queue="servers", priority="high") == "Mon 11-30 09:20"
    assert answer(night, sent, 20, queue="hosting", priority="urgent") == "Mon 11-30 09:20"


@pytest.mark.parametrize(
    ("sent", "passed_h"),
    [
        ("2026-10-24 20:00", 11),  # the clock is put back: the hour from 2 to 3 comes twice
        ("2026-03-28 20:00", 9),  # and put on: it doesn't come
    ],
)
def test_a_night_of_work_lasts_as_long_as_it_lasts(sent: str, passed_h: int) -> None:
    """Ten hours on the wall's clock from the evening to 06:00."""
    around = WorkingHours(zone="Europe/Berlin", week={"mon-sun": "00:00-24:00"})
    sent_at = datetime.fromisoformat(sent).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    at = around.answer_by(sent_at, passed_h * 60)
    assert at is not None
    assert at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "06:00"


def test_hours_that_begin_in_the_hour_that_is_left_out_begin_after_it() -> None:
    early = WorkingHours(zone="Europe/Berlin", week={"sun": "02:30-05:00"})
    assert answer(early, "2026-03-28 20:00", 30) == "Sun 03-29 04:00"


def test_a_department_that_never_works_promises_nothing() -> None:
    closed = hours(holidays=["2026-01-01 to 2030-01-01"])
    assert answer(closed, "2026-11-27 09:30", 60) is None


@given(
    sent_at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001
    minutes=st.integers(0, 3_000),
    zone=st.sampled_from(["Europe/Berlin", "Europe/Moscow", "America/New_York", "Asia/Kathmandu"]),
)
def test_later_is_never_earlier_and_it_is_always_a_working_time(
    sent_at: datetime, minutes: int, zone: str
) -> None:
    of, sent = hours(zone), sent_at.replace(tzinfo=UTC)
    at = of.answer_by(sent, minutes)
    assert at is not None
    assert at >= sent + timedelta(minutes=minutes)
    following = of.answer_by(sent, minutes + 1)
    assert following is not None
    assert following > at
    local = at.astimezone(ZoneInfo(zone))
    spans = read_times(WEEK["sat" if local.weekday() == 5 else "mon-fri"]) or ()
    minute = local.hour * 60 + local.minute
    assert local.weekday() < 6
    assert any(span.begins <= minute <= span.ends for span in spans)


def test_days_times_and_dates_are_read_or_not() -> None:
    assert read_days("mon-fri") == (0, 1, 2, 3, 4)
    assert read_days("fri-mon, wed") == (4, 5, 6, 0, 2)
    assert [read_days(text) for text in ("", "пн", "mon-fri-sun", "mon,")] == [None] * 4
    bad = ("", "9-18", "09:00", "09:60-10:00", "09:00-24:01", "09:00-13:00;14:00-15:00")
    assert [read_times(text) for text in bad] == [None] * len(bad)
    assert len(read_times("09:00 – 13:00, 14:00-18:00") or ()) == 2
    assert not is_in_order(read_times("14:00-18:00, 09:00-13:00") or ())
    assert [
        read_dates(text) for text in ("31.12.2026", "2027-02-30", "2027-01-02 to 2027-01-01")
    ] == [None] * 3


def test_somebody_works_within_the_hours_of_the_queue() -> None:
    of = hours(queues={"chat": {"week": {"mon-sun": "12:00-13:00"}}}, always=[{"queue": "noc"}])
    moscow = ZoneInfo("Europe/Moscow")

    def is_open(text: str, **ticket: str) -> bool:
        return of.is_open(datetime.fromisoformat(text).replace(tzinfo=moscow), **ticket)

    assert is_open("2026-11-30 09:00")
    assert not is_open("2026-11-30 13:30")  # the break
    assert not is_open("2026-11-30 09:00", queue="chat")
    assert is_open("2026-11-29 12:30", queue="chat")
    assert not is_open("2026-11-29 12:30")
    assert is_open("2026-11-29 03:00", queue="noc")
