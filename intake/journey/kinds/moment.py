"""`moment`: when something happened, in the customer's words and zone: "today, 14:20"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import format_date, format_time
from pydantic import JsonValue

from intake.journey.kinds.duration import minutes_in_words
from intake.journey.kinds.input_text import quote, read_line
from intake.journey.kinds.moment_absolute import display_absolute
from intake.journey.kinds.moment_parsing import read_moment, zone_of
from intake.journey.kinds.spec import AnswerContext, Hint, KindSpec, ReadAnswer, ReadingTime
from intake.journey.model import Text
from intake.journey.steps import Ask

QUICK_PICKS: Final[Mapping[str, Text]] = {
    "just-now": Text({"en": "Just now", "ru": "Только что"}),
    "today": Text({"en": "Today", "ru": "Сегодня"}),
    "yesterday": Text({"en": "Yesterday", "ru": "Вчера"}),
    "this-week": Text({"en": "This week", "ru": "На этой неделе"}),
}
_DAY_PICKS = {"today": 0, "yesterday": 1}


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    if isinstance(raw, Mapping):
        # A stored answer passed back: its words ("yesterday") may mean another day by now, so its
        # time is used.
        raw = raw.get("at") or raw.get("said") or ""
    text = read_line(asked, raw)
    if isinstance(text, Hint):
        return text
    moment = read_moment(text, now=asked.now, zone=asked.zone)
    if moment is not None:
        return moment, False
    if asked.insisted:
        return {"said": text, "at": None, "zone": asked.zone}, True
    return asked.hint("moment", said=quote(text, asked.language))


def _same(first: JsonValue, second: JsonValue) -> bool:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.get("at") == second.get("at")
    return first == second


def _display(_: Ask, value: JsonValue, language: str, time: ReadingTime) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    if time.reference is None:
        return display_absolute(value, language, answered_at=time.answered_at)
    return display_moment(value, language, reference=time.reference, answered_at=time.answered_at)


def display_moment(
    value: Mapping[str, JsonValue],
    language: str,
    *,
    reference: datetime,
    answered_at: datetime | None = None,
) -> str:
    """
    Return a moment in words: «сегодня, 14:20 (22 ноября, Europe/Moscow)».

    "Today" is relative to `reference`, the reader's time; a quick pick such as "today" is relative
    to `answered_at`. The date follows the word, so that the line stays true later.
    """
    words, zone = str(value.get("said") or ""), zone_of(str(value.get("zone") or "UTC"))
    today = reference.astimezone(zone).date()
    answered_on = answered_at.astimezone(zone).date() if answered_at else today
    at = value.get("at")
    if not isinstance(at, str):
        return _display_day(words, answered_on, today, language)
    moment = datetime.fromisoformat(at).astimezone(zone)
    clock = format_time(moment.time(), "HH:mm", locale=language)
    day = _date(moment.date(), today, language)
    relative = _relative(moment.date(), today, language)
    if relative is None:
        return f"{day}, {clock} ({zone.key})"
    return f"{relative.lower()}, {clock} ({day}, {zone.key})"


def _display_day(pick: str, answered_on: date, today: date, language: str) -> str:
    """Return a quick pick without a clock time with its date; other words as they are."""
    if pick not in QUICK_PICKS:
        return pick
    label = QUICK_PICKS[pick].in_(language)
    if pick in _DAY_PICKS:
        day = answered_on - timedelta(days=_DAY_PICKS[pick])
        relative = _relative(day, today, language)
        date_in_words = _date(day, today, language)
        return f"{relative} ({date_in_words})" if relative else date_in_words
    # The week of the answer, not of the reader.
    monday = answered_on - timedelta(days=answered_on.weekday())
    since = "с" if language == "ru" else "from"
    return f"{label} ({since} {_date(monday, today, language)})"


def _relative(day: date, today: date, language: str) -> str | None:
    """Return the word for today or yesterday, as seen on `today`, or None."""
    pick = {0: "today", 1: "yesterday"}.get((today - day).days)
    return QUICK_PICKS[pick].in_(language) if pick else None


def _date(day: date, today: date, language: str) -> str:
    has_year = day.year != today.year
    return format_date(day, "d MMMM y" if has_year else "d MMMM", locale=language)


MOMENT = KindSpec(
    name="moment",
    summary='a time: "yesterday 14:20", or a quick pick such as "since this morning"',
    read=_read,
    quick_picks=QUICK_PICKS,
    sample="yesterday 14:20",
    size=lambda _: None,
    same=_same,
    display=_display,
    bound_in_words=minutes_in_words,
)
