"""When an answer is promised, in words: on the reader's clock, or on ours with its zone's name."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location

from diagnostics.texts import Language
from intake.tickets.render.conversation_view import conversation_words


def promise_in_words(
    at: datetime,
    language: Language,
    *,
    reader: ZoneInfo | None,
    default_zone: ZoneInfo,
    now: datetime | None = None,
) -> str:
    """
    Return the promise as a sentence.

    `reader` is the reader's time zone, or None if unknown: then the time is in `default_zone`,
    which is named. The day is left out if it is the day of `now`; leave out `now` for a mail, which
    may be read on any day.
    """
    zone = reader or default_zone
    local = at.astimezone(zone)
    time = format_time(local, "HH:mm", locale=language)
    if reader is None:
        time = time_with_zone(time, default_zone, language)
    if now is not None and local.date() == now.astimezone(zone).date():
        return conversation_words("promise.today", language, time=time)
    pattern = "EEEE, d MMMM" if language == "ru" else "EEEE d MMMM"
    day = format_date(local, pattern, locale=language)
    return conversation_words("promise.day", language, time=time, day=day)


def time_with_zone(time: str, zone: ZoneInfo, language: Language) -> str:
    """Return a time with the name of its zone, for a reader whose own zone isn't known."""
    if zone.key in {"UTC", "Etc/UTC"}:
        return f"{time} UTC"
    city = get_timezone_location(zone, locale=language, return_city=True)
    return conversation_words("promise.zone", language, time=time, city=city)
