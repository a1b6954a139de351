"""By when somebody answers, as the customer reads it: the day, the hour, and whose clock it is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from intake.tickets.render.promise import promise_in_words

AT = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)
MOSCOW, OMSK = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Omsk")


@pytest.mark.parametrize(
    ("language", "reader", "now", "sentence"),
    [
        ("en", OMSK, AT, "We answer by 12:40."),
        ("ru", OMSK, AT, "Ответим до 12:40."),
        ("en", MOSCOW, None, "We answer by Monday 30 November, 09:40."),
        ("ru", MOSCOW, None, "Ответим до 09:40, понедельник, 30 ноября."),
        ("en", None, AT, "We answer by 09:40 (Moscow time)."),
        ("ru", None, AT, "Ответим до 09:40 (время: Москва)."),
        ("en", None, None, "We answer by Monday 30 November, 09:40 (Moscow time)."),
    ],
)
def test_the_reader_knows_which_day_and_whose_clock(
    language: str, reader: ZoneInfo | None, now: datetime | None, sentence: str
) -> None:
    assert promise_in_words(AT, language, reader=reader, default_zone=MOSCOW, now=now) == sentence


def test_today_is_the_readers_day() -> None:
    """Late in the evening of the server's day it is tomorrow for the reader."""
    now = datetime(2026, 11, 29, 19, 0, tzinfo=UTC)  # 01:00 on the 30th in Omsk
    assert (
        promise_in_words(AT, "en", reader=OMSK, default_zone=MOSCOW, now=now)
        == "We answer by 12:40."
    )


def test_utc_is_called_utc() -> None:
    utc = ZoneInfo("UTC")
    assert (
        promise_in_words(AT, "ru", reader=None, default_zone=utc, now=AT) == "Ответим до 06:40 UTC."
    )
