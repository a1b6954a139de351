"""Reads when something happened from the customer's words: "14:20", «вчера в 14:20», "just now"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from intake.journey.kinds.moment_ago import mentions_ago, read_amount_ago
from intake.journey.kinds.moment_days import Days, days_of_pick, days_of_words

QUICK_PICKS: Final = ("just-now", "today", "yesterday", "this-week")
_DAYS_AGO = {
    "today": 0,
    "сегодня": 0,
    "yesterday": 1,
    "вчера": 1,
    "позавчера": 2,
}
_WEEKDAYS = (
    ("monday", "mon", "понедельник", "понедельника"),
    ("tuesday", "tue", "вторник", "вторника"),
    ("wednesday", "wed", "среда", "среду", "среды"),
    ("thursday", "thu", "четверг", "четверга"),
    ("friday", "fri", "пятница", "пятницу", "пятницы"),
    ("saturday", "sat", "суббота", "субботу", "субботы"),
    ("sunday", "sun", "воскресенье", "воскресенья"),
)
_MONTHS = (
    ("january", "jan", "января", "янв"),
    ("february", "feb", "февраля", "фев"),
    ("march", "mar", "марта", "мар"),
    ("april", "apr", "апреля", "апр"),
    ("may", "мая", "май"),
    ("june", "jun", "июня", "июн"),
    ("july", "jul", "июля", "июл"),
    ("august", "aug", "августа", "авг"),
    ("september", "sep", "sept", "сентября", "сен", "сент"),
    ("october", "oct", "октября", "окт"),
    ("november", "nov", "ноября", "ноя", "нояб"),
    ("december", "dec", "декабря", "дек"),
)
_WEEKDAY_OF = {name: day for day, names in enumerate(_WEEKDAYS) for name in names}
MONTH_OF = {name: month for month, names in enumerate(_MONTHS, 1) for name in names}
_VAGUE_WORDS = """
    morning afternoon evening night week weekend month year ago long always noon midnight утра
    утром утро днем дня вечера вечером ночи ночью недели неделю неделе выходных выходные месяц
    месяца года год давно недавно назад всегда обед обеда обеде полдень полночь час часа часов
    минут hour hours minutes day days дней recently update обновления переезда сутки суток месяце
    месяцев году лет weeks months years lunch
"""
_VAGUE = frozenset(_VAGUE_WORDS.split())
_UNITS: Mapping[str, timedelta] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}
_CLOCK = re.compile(
    r"(?<![\d.:-])([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.][0-5]\d)?(?![\d.:])\s*(am|pm)?"
)
_HOUR = re.compile(
    r"(?<![\d.:-])(\d{1,2})\s*(?:час(?:а|ов)?\s+)?"
    r"(am\b|pm\b|утра|дня|вечера|ночи|часов|часа|час|ч\b|h\b)"
)
_AT_HOUR = re.compile(r"(?:^|\s)(?:at|в|с|since|around|около)\s+(\d{1,2})(?=$|[\s,])")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_DOT_DATE = re.compile(r"(?<![\d.:])(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?(?![\d:])")
_WORD_DATE = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-zа-я]+)")
_US_DATE = re.compile(r"([a-z]+)\s+(\d{1,2})(?:st|nd|rd|th)?(?![\d:])")
_WORDS = re.compile(r"[a-zа-я]+")
_LAST = frozenset(("last", "прошлый", "прошлую", "прошлого", "прошлой", "прошлое"))
# A clock time in another zone than the customer's. "EST" is said of both times of a zone.
_ZONE_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("utc", "gmt"), "UTC"),
    **dict.fromkeys(("msk", "мск", "по москве", "по мск", "по московскому"), "Europe/Moscow"),
    **dict.fromkeys(("cet", "cest"), "Europe/Berlin"),
    **dict.fromkeys(("est", "edt"), "America/New_York"),
    **dict.fromkeys(("pst", "pdt"), "America/Los_Angeles"),
}
_NAMED_ZONE = re.compile(
    rf"\d\s*(?:am|pm|часов|часа|утра|дня|вечера|ночи)?\s*({'|'.join(_ZONE_NAMES)})\b"
    r"(?!\s*[+-]\s*\d)"
)
_DAY_OF_MONTH = re.compile(
    r"\b([12]?\d|3[01])(?:-?(?:го|е|ого))?\s+числа\b|\bthe\s+([12]?\d|3[01])(?:st|nd|rd|th)\b(?!\s+of)"
)
_OLDEST_YEAR = 2000


def zone_of(name: str | None) -> ZoneInfo:
    """Return the IANA zone of a name; UTC if there is none of that name."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def read_moment(text: str, *, now: datetime, zone: str) -> dict[str, JsonValue] | None:
    """
    Return the answer {"said", "at", "zone"} for a text, or None if it contains no time.

    `at` is None when the words name a day or less ("today", «давно»); where they name days, `from`
    and `to` are the first and the last of them. A clock time without a day that would be later than
    `now` is yesterday's. It is the customer's own, unless the words name its zone ("14:20 UTC").
    """
    words = " ".join(text.split())[:500]
    local = now.astimezone(zone_of(zone))
    if words == "just-now":
        return _answer(words, local, zone)
    if words in QUICK_PICKS:
        return _answer(words, None, zone, days_of_pick(words, local.date()))
    # The tables are written with "е"; people type either.
    folded = _resolve_day_of_month(words.casefold().replace("ё", "е"), local.date())
    try:
        named = _NAMED_ZONE.search(folded)
        at = _read(folded, now.astimezone(zone_of(_ZONE_NAMES[named[1]])) if named else local)
    # "At 25", "31 February": they look like a time but aren't one.
    except (ValueError, OverflowError):
        at = None
    if at is not None:
        return _answer(words, at.astimezone(local.tzinfo), zone)
    if not _names_a_day(folded, local):
        return None
    return _answer(words, None, zone, _days(folded, local))


def _resolve_day_of_month(words: str, today: date) -> str:
    """Replace a day of the month («с 17 числа») by its last date: it isn't an hour."""
    match = _DAY_OF_MONTH.search(words)
    if match is None:
        return words
    for days_back in range(62):
        day = today - timedelta(days=days_back)
        if day.day == int(match[1] or match[2]):
            return words.replace(match[0], day.isoformat())
    return words


def _days(words: str, local: datetime) -> Days | None:
    try:
        return days_of_words(words, local, _day(words, local)[0])
    except (ValueError, OverflowError):  # "9999 years ago"
        return None


def _answer(
    text: str, at: datetime | None, zone: str, days: Days | None = None
) -> dict[str, JsonValue]:
    key = zone_of(zone).key
    answer: dict[str, JsonValue] = {
        "said": text,
        "at": at.isoformat(timespec="minutes") if at else None,
        "zone": key,
    }
    if days is not None:
        answer |= {"from": days[0].isoformat(), "to": days[1].isoformat()}
    return answer


def _read(words: str, local: datetime) -> datetime | None:
    if at := _iso(words, local):
        return at
    if words in ("just now", "now", "сейчас", "только что", "прямо сейчас"):
        return local
    if mentions_ago(words):
        return _ago(words, local)
    day, rest = _day(words, local)
    clock = _clock(rest)
    if clock is None:
        return None
    at = datetime.combine(day or local.date(), clock, tzinfo=local.tzinfo)
    # A few minutes ahead is a fast clock; more can only be yesterday's time.
    if day is None and at > local + timedelta(minutes=5):
        at -= timedelta(days=1)
    # Through UTC and back, so that an hour that a clock change skipped becomes a real one.
    return at.astimezone(UTC).astimezone(local.tzinfo)


def _iso(words: str, local: datetime) -> datetime | None:
    try:
        # The words were casefolded, and only a capital `Z` is read as UTC.
        at = datetime.fromisoformat(words.upper())
    except ValueError:
        return None
    # `fromisoformat` turns a bare date into midnight, which the customer didn't say.
    if ":" not in words or at.year < _OLDEST_YEAR or at.year > local.year + 1:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=local.tzinfo)
    return at.astimezone(UTC).astimezone(local.tzinfo)


def _ago(words: str, local: datetime) -> datetime | None:
    """Return the time some minutes or hours ago; "three days ago" names a day, not a time."""
    amount = read_amount_ago(words)
    step = _UNITS.get(amount.unit) if amount else None
    return local - step * amount.number if amount and step else None


def _day(words: str, local: datetime) -> tuple[date | None, str]:
    """Return the named day, and the words without it."""
    today = local.date()
    for pattern, order in (
        (_ISO_DATE, "ymd"),
        (_DOT_DATE, "dmy"),
        (_WORD_DATE, "dn"),
        (_US_DATE, "nd"),
    ):
        for match in pattern.finditer(words):
            named = _parse_date(match, order, today)
            if named:
                return named, words[: match.start()] + " " + words[match.end() :]
    listed = _WORDS.findall(words)
    if "before" in listed and "yesterday" in listed:
        return today - timedelta(days=2), words
    for word in listed:
        if word in _DAYS_AGO:
            return today - timedelta(days=_DAYS_AGO[word]), words
        if word in _WEEKDAY_OF:
            days_back = (today.weekday() - _WEEKDAY_OF[word]) % 7
            if not days_back and _LAST.intersection(listed):
                days_back = 7  # "last Tuesday" on a Tuesday
            return today - timedelta(days=days_back), words
    return None, words


def _parse_date(match: re.Match[str], order: str, today: date) -> date | None:
    year: str | None = None
    if order == "ymd":
        year, month, day = match[1], int(match[2]), int(match[3])
    elif order == "dmy":
        day, month, year = int(match[1]), int(match[2]), match[3]
    else:
        number, name = (match[1], match[2]) if order == "dn" else (match[2], match[1])
        if name not in MONTH_OF:
            return None
        day, month = int(number), MONTH_OF[name]
    try:
        if year:
            full = int(year) if len(year) > 2 else 2000 + int(year)  # noqa: PLR2004
            return date(full, month, day) if _OLDEST_YEAR <= full <= today.year + 1 else None
        named = date(today.year, month, day)
        # The event is in the past: "3 December" said in January is last year's.
        return named if named <= today + timedelta(days=1) else named.replace(year=today.year - 1)
    except ValueError:
        return None


def _clock(words: str) -> time | None:
    if match := _CLOCK.search(words):
        return time(_hour(int(match[1]), match[3]), int(match[2]))
    if match := _HOUR.search(words):
        return time(_hour(int(match[1]), match[2]), 0)
    if match := _AT_HOUR.search(words):
        return time(int(match[1]), 0)
    listed = set(_WORDS.findall(words))
    if listed & {"noon", "полдень", "полудня"}:
        return time(12, 0)
    if listed & {"midnight", "полночь", "полуночи"}:
        return time(0, 0)
    return None


def _hour(hour: int, half: str | None) -> int:
    noon = 12
    if half in ("pm", "дня", "вечера") and hour < noon:
        return hour + noon
    if half in ("am", "ночи") and hour == noon:
        return 0
    return hour


def _names_a_day(words: str, local: datetime) -> bool:
    listed = set(_WORDS.findall(words))
    known = _VAGUE | _DAYS_AGO.keys() | _WEEKDAY_OF.keys() | MONTH_OF.keys()
    return bool(listed & known) or _day(words, local)[0] is not None
