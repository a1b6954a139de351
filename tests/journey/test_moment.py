"""Times in the customer's words and zone. It is Sunday, 22 November 2026, 14:31 in Moscow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.journey.kinds.moment import QUICK_PICKS, display_moment
from intake.journey.kinds.moment_absolute import display_absolute
from intake.journey.kinds.moment_parsing import read_moment
from tests.journey.customer import NOW

ZONE = "Europe/Moscow"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("just-now", "2026-11-22T14:31+03:00"),
        ("14:20", "2026-11-22T14:20+03:00"),
        ("14.20", "2026-11-22T14:20+03:00"),
        ("с 14:20", "2026-11-22T14:20+03:00"),
        ("since 2:20 pm", "2026-11-22T14:20+03:00"),
        ("2pm", "2026-11-22T14:00+03:00"),
        ("сегодня в 9", "2026-11-22T09:00+03:00"),
        ("в 2 часа дня", "2026-11-22T14:00+03:00"),
        ("23:50", "2026-11-21T23:50+03:00"),
        ("вчера в 14:20", "2026-11-21T14:20+03:00"),
        ("Yesterday 2pm", "2026-11-21T14:00+03:00"),
        ("позавчера в 18:00", "2026-11-20T18:00+03:00"),
        ("в пятницу в 10:15", "2026-11-20T10:15+03:00"),
        ("on Monday at 8", "2026-11-16T08:00+03:00"),
        ("20 ноября, 14:20", "2026-11-20T14:20+03:00"),
        ("November 20 14:20", "2026-11-20T14:20+03:00"),
        ("20.11 14:20", "2026-11-20T14:20+03:00"),
        ("20.11.2025 14:20", "2025-11-20T14:20+03:00"),
        ("25 декабря 10:00", "2025-12-25T10:00+03:00"),
        ("2026-11-20 14:20", "2026-11-20T14:20+03:00"),
        ("2026-11-20T11:20:00Z", "2026-11-20T14:20+03:00"),
        ("15 minutes ago", "2026-11-22T14:16+03:00"),
        ("час назад", "2026-11-22T13:31+03:00"),
        ("2 часа назад", "2026-11-22T12:31+03:00"),
        ("полчаса назад", "2026-11-22T14:01+03:00"),
        ("yesterday noon", "2026-11-21T12:00+03:00"),
        ("два часа назад", "2026-11-22T12:31+03:00"),
        ("2ч назад", "2026-11-22T12:31+03:00"),
        ("полтора часа назад", "2026-11-22T13:01+03:00"),
        ("около часа назад", "2026-11-22T13:31+03:00"),
        ("пять минут назад", "2026-11-22T14:26+03:00"),
        ("about three hours ago", "2026-11-22T11:31+03:00"),
        ("15minutes ago", "2026-11-22T14:16+03:00"),
        # no time, and no day either
        ("давно", None),
        ("минут десять назад", None),
        ("a few days ago", None),
        ("900000 years ago", None),
        ("9999 years ago", None),
    ],
)
def test_the_words_are_kept_and_the_time_is_read(said: str, at: str | None) -> None:
    assert read_moment(said, now=NOW, zone=ZONE) == {"said": said, "at": at, "zone": ZONE}


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("today", "2026-11-22", "2026-11-22"),
        ("yesterday", "2026-11-21", "2026-11-21"),
        ("this-week", "2026-11-16", "2026-11-22"),
        ("с утра", "2026-11-22", "2026-11-22"),
        ("вчера вечером", "2026-11-21", "2026-11-21"),
        ("this evening", "2026-11-21", "2026-11-21"),  # it is 14:31: yesterday's, or none yet
        ("last night", "2026-11-21", "2026-11-22"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("на этой неделе", "2026-11-16", "2026-11-22"),
        ("на выходных", "2026-11-21", "2026-11-22"),
        ("в прошлом месяце", "2026-10-01", "2026-10-31"),
        ("в прошлом году", "2025-01-01", "2025-12-31"),
        ("3 дня назад", "2026-11-19", "2026-11-19"),
        ("две недели назад", "2026-11-02", "2026-11-08"),
        ("a month ago", "2026-10-01", "2026-10-31"),
        ("20 ноября", "2026-11-20", "2026-11-20"),
        ("20.11.2026", "2026-11-20", "2026-11-20"),
    ],
)
def test_days_are_kept_where_no_time_is_named(said: str, first: str, last: str) -> None:
    """ "This morning" is another day tomorrow, so the day is read when it is said."""
    read = read_moment(said, now=NOW, zone=ZONE)
    assert read == {"said": said, "at": None, "zone": ZONE, "from": first, "to": last}


@pytest.mark.parametrize(
    ("said", "en", "ru"),
    [
        (
            "14:20",
            "22 November 2026, 14:20 (Europe/Moscow, 11:20 UTC)",
            "22 ноября 2026, 14:20 (Europe/Moscow, 11:20 UTC)",
        ),
        (
            "час назад",
            "22 November 2026, 13:31 (Europe/Moscow, 10:31 UTC): “час назад”",
            "22 ноября 2026, 13:31 (Europe/Moscow, 10:31 UTC): «час назад»",
        ),
        (
            "00:10",
            "22 November 2026, 00:10 (Europe/Moscow, 21 November, 21:10 UTC)",
            "22 ноября 2026, 00:10 (Europe/Moscow, 21 ноября, 21:10 UTC)",
        ),
        ("today", "22 November 2026 (Europe/Moscow)", "22 ноября 2026 (Europe/Moscow)"),
        (
            "с утра",
            "22 November 2026 (Europe/Moscow): “с утра”",
            "22 ноября 2026 (Europe/Moscow): «с утра»",
        ),
        ("this-week", "16–22 November 2026 (Europe/Moscow)", "16–22 ноября 2026 (Europe/Moscow)"),
        (
            "давно",
            "“давно”, said 22 November 2026, 14:31 (Europe/Moscow, 11:31 UTC)",
            "«давно», сказано 22 ноября 2026, 14:31 (Europe/Moscow, 11:31 UTC)",
        ),
    ],
)
def test_support_reads_absolute_times(said: str, en: str, ru: str) -> None:
    """The ticket is read on another day, in another zone, beside a log that is kept in UTC."""
    moment = read_moment(said, now=NOW, zone=ZONE)
    assert moment is not None
    assert display_absolute(moment, "en", answered_at=NOW) == en
    assert display_absolute(moment, "ru", answered_at=NOW) == ru


def test_a_customer_in_utc_reads_one_clock() -> None:
    moment = read_moment("14:20", now=NOW, zone="UTC")
    assert moment is not None
    assert display_absolute(moment, "en", answered_at=NOW) == "21 November 2026, 14:20 UTC"


@pytest.mark.parametrize("said", ["asdf", "не работает", "502", "", "99:99", "0000-00-00"])
def test_no_time_is_seen_where_there_is_none(said: str) -> None:
    assert read_moment(said, now=NOW, zone=ZONE) is None


def test_an_hour_that_the_clock_change_skipped_becomes_a_real_one() -> None:
    """In Berlin 02:30 did not exist on 29 March 2026."""
    read = read_moment("02:30", now=datetime(2026, 3, 29, 12, 0, tzinfo=UTC), zone="Europe/Berlin")
    assert read is not None
    assert read["at"] == "2026-03-29T03:30+02:00"


@pytest.mark.parametrize("zone", ["Nowhere/City", "../../etc/passwd", "", "Europe", "\x00"])
def test_a_zone_that_is_none_is_utc(zone: str) -> None:
    read = read_moment("11:00", now=NOW, zone=zone)
    assert read == {"said": "11:00", "at": "2026-11-22T11:00+00:00", "zone": "UTC"}


@pytest.mark.parametrize(
    ("said", "en", "ru"),
    [
        (
            "14:20",
            "today, 14:20 (22 November, Europe/Moscow)",
            "сегодня, 14:20 (22 ноября, Europe/Moscow)",
        ),
        (
            "вчера в 14:20",
            "yesterday, 14:20 (21 November, Europe/Moscow)",
            "вчера, 14:20 (21 ноября, Europe/Moscow)",
        ),
        (
            "20.11 14:20",
            "20 November, 14:20 (Europe/Moscow)",
            "20 ноября, 14:20 (Europe/Moscow)",
        ),
        (
            "25.12 10:00",
            "25 December 2025, 10:00 (Europe/Moscow)",
            "25 декабря 2025, 10:00 (Europe/Moscow)",
        ),
        ("today", "Today (22 November)", "Сегодня (22 ноября)"),
        ("yesterday", "Yesterday (21 November)", "Вчера (21 ноября)"),
        ("this-week", "This week (from 16 November)", "На этой неделе (с 16 ноября)"),
        ("с утра", "с утра", "с утра"),
    ],
)
def test_a_moment_reads_well_in_both_languages(said: str, en: str, ru: str) -> None:
    moment = read_moment(said, now=NOW, zone=ZONE)
    assert moment is not None
    assert display_moment(moment, "en", reference=NOW) == en
    assert display_moment(moment, "ru", reference=NOW) == ru


@given(st.text(alphabet=st.sampled_from("0123456789:.-/ apmdв часnowvчераT+Z"), max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_words_break_it(said: str) -> None:
    moment = read_moment(said, now=NOW, zone=ZONE)
    if moment is not None:
        assert display_moment(moment, "ru", reference=NOW)
        assert display_absolute(moment, "en", answered_at=None)


def test_what_the_customer_called_today_stays_that_day() -> None:
    """Said on Saturday, read on Sunday or on Wednesday."""
    moment = read_moment("today", now=NOW, zone=ZONE)
    assert moment is not None
    said = {"answered_at": NOW - timedelta(days=1)}
    assert display_moment(moment, "en", reference=NOW, **said) == "Yesterday (21 November)"
    later = NOW + timedelta(days=3)
    assert display_moment(moment, "ru", reference=later, **said) == "21 ноября"


def test_quick_picks_are_moments() -> None:
    for pick in QUICK_PICKS:
        assert read_moment(pick, now=NOW, zone=ZONE)
