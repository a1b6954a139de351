"""The days meant by words without a clock time: "this morning", «на прошлой неделе»."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from intake.journey.kinds.moment_ago import mentions_ago, read_amount_ago

Days = tuple[date, date]  # the first and the last of them

_WORDS = re.compile(r"[a-zа-я]+")
_WEEK = frozenset({"week", "неделю", "недели", "неделе"})
_MONTH = frozenset({"month", "месяц", "месяца", "месяце"})
_YEAR = frozenset({"year", "год", "года", "году"})
_LAST = frozenset({"last", "прошлой", "прошлом", "прошлого", "прошлую", "прошлый", "прошлых"})
_THIS = frozenset({"this", "этой", "этом", "этого", "эту", "этот"})
_WEEKEND = frozenset({"weekend", "выходных", "выходные", "выходным"})
# The hour from which a part of the day means today's rather than yesterday's.
_PARTS: Final = (
    (frozenset({"morning", "утра", "утром", "утро"}), 4),
    (frozenset({"afternoon", "lunch", "днем", "обеда", "обеде", "обед"}), 11),
    (frozenset({"evening", "вечера", "вечером"}), 16),
)
_NIGHT = frozenset({"night", "ночи", "ночью"})
_SATURDAY = 5
_QUICK_DAYS: Final = {"today": 0, "yesterday": 1}


def days_of_pick(pick: str, today: date) -> Days | None:
    """Return the days that a quick pick means, up to today, or None."""
    if pick == "this-week":
        return today - timedelta(days=today.weekday()), today
    if pick in _QUICK_DAYS:
        day = today - timedelta(days=_QUICK_DAYS[pick])
        return day, day
    return None


def days_of_words(words: str, local: datetime, named: date | None) -> Days | None:
    """
    Return the days that words without a clock time mean, or None ("long ago").

    `local` is the customer's time, `named` a day that the words give by date or name.
    """
    if named is not None:
        return named, named
    listed, today = frozenset(_WORDS.findall(words)), local.date()
    if mentions_ago(words):
        return _days_ago(words, today)
    if listed & _WEEKEND:
        saturday = today - timedelta(days=(today.weekday() - _SATURDAY) % 7)
        return saturday, min(saturday + timedelta(days=1), today)
    if listed & (_LAST | _THIS) and (days := _calendar_unit(listed, today)):
        return days
    return _part_of_day(listed, local)


def _days_ago(words: str, today: date) -> Days | None:
    amount = read_amount_ago(words)
    if amount is None:
        return None
    count = int(amount.number)
    if amount.unit == "day":
        day = today - timedelta(days=count)
        return day, day
    if amount.unit == "week":
        return _week_of(today - timedelta(weeks=count))
    if amount.unit == "month":
        return _month_of(today, back=count)
    return _year_of(today.year - count) if amount.unit == "year" else None


def _calendar_unit(listed: frozenset[str], today: date) -> Days | None:
    """Return the days of "this" or "last" week, month or year, up to today."""
    is_last = bool(listed & _LAST)
    if listed & _WEEK:
        first, last = _week_of(today - timedelta(weeks=int(is_last)))
    elif listed & _MONTH:
        first, last = _month_of(today, back=int(is_last))
    elif listed & _YEAR:
        first, last = _year_of(today.year - int(is_last))
    else:
        return None
    return first, min(last, today)


def _part_of_day(listed: frozenset[str], local: datetime) -> Days | None:
    today = local.date()
    if listed & _NIGHT:
        # "Last night" began yesterday, whether said by day or at three in the morning.
        is_late = not listed & _LAST and local.hour >= max(hour for _, hour in _PARTS)
        return (today, today) if is_late else (today - timedelta(days=1), today)
    for names, hour in _PARTS:
        if listed & names:
            day = today if local.hour >= hour and not listed & _LAST else today - timedelta(days=1)
            return day, day
    return None


def _week_of(day: date) -> Days:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month_of(today: date, *, back: int) -> Days:
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    following, its_month = divmod(year * 12 + month + 1, 12)
    return date(year, month + 1, 1), date(following, its_month + 1, 1) - timedelta(days=1)


def _year_of(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)
