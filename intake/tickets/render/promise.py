"""By when somebody answers, in words: the time on the reader's clock, or on ours with its name."""

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
    ours: ZoneInfo,
    now: datetime | None = None,
) -> str:
    """
    The promise as a sentence.

    `reader` is the reader's time zone where it is known. Else the time is that of `ours`, and the
    zone is named. The day is left out where it is that of `now`; a mail is read on any day.
    """
    zone = reader or ours
    local = at.astimezone(zone)
    time = format_time(local, "HH:mm", locale=language)
    if reader is None:
        time = time_with_zone(time, ours, language)
    if now is not None and local.date() == now.astimezone(zone).date():
        return conversation_words("promise.today", language, time=time)
    pattern = "EEEE, d MMMM" if language == "ru" else "EEEE d MMMM"
    day = format_date(local, pattern, locale=language)
    return conversation_words("promise.day", language, time=time, day=day)


def time_with_zone(time: str, zone: ZoneInfo, language: Language) -> str:
    """A time with the name of its zone, for a reader whose own zone isn't known."""
    if zone.key in {"UTC", "Etc/UTC"}:
        return f"{time} UTC"
    city = get_timezone_location(zone, locale=language, return_city=True)
    return conversation_words("promise.zone", language, time=time, city=city)
