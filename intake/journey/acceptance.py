"""`accept` in a checklist: the constraints that an author puts on an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, StringConstraints

from intake.journey.model import Model, Text

MAX_PATTERN = 200  # characters
_WITH_UNIT: Final = re.compile(r"\s*(\d{1,6}(?:\.\d{1,3})?)\s*([^\W\d_]{1,12})\s*")

# Fewer words than customers may use in answers: authors write these few.
_MINUTES: Final = {
    **dict.fromkeys(["min", "minute", "minutes", "мин", "минута", "минуты", "минут"], 1),
    **dict.fromkeys(["h", "hour", "hours", "ч", "час", "часа", "часов"], 60),
    **dict.fromkeys(["d", "day", "days", "день", "дня", "дней", "сутки", "суток"], 1440),
}


def _number(value: object) -> object:
    """Convert a number given as a string: `1.10` and `0123` are strings in a checklist."""
    if not isinstance(value, str):
        return value
    try:
        # Python would accept the underscore of 1_000, which is a slip in a checklist.
        number = float(value.replace("_", "x"))
    except ValueError:
        return value
    return int(number) if number.is_integer() and "." not in value else number


def limits_in_minutes(ask: object) -> object:
    """Return a raw question with the limits of a duration in minutes: `to: 2 hours` is 120."""
    accept = ask.get("accept") if isinstance(ask, Mapping) else None
    if not isinstance(ask, Mapping) or not isinstance(accept, Mapping):
        return ask
    if ask.get("kind") != "duration":
        return ask
    limits = {key: _minutes(accept[key]) for key in ("from", "to") if key in accept}
    return {**ask, "accept": {**accept, **limits}}


def _minutes(value: object) -> object:
    """Return a limit such as `2 hours` in minutes; any other value as it is."""
    match = _WITH_UNIT.fullmatch(value) if isinstance(value, str) else None
    minutes = _MINUTES.get(match[2].casefold()) if match is not None else None
    if match is None or minutes is None:
        return value
    return f"{float(match[1]) * minutes:.15g}"


Number = Annotated[
    Annotated[float, Field(strict=False, allow_inf_nan=False)], BeforeValidator(_number)
]


class Accept(Model):
    """What an answer must be, and the author's message for one that isn't."""

    from_: Number | None = Field(
        default=None,
        description="the least: a number's value, characters, files or choices; of a duration "
        "minutes, or with its unit: `2 hours`",
    )
    to: Number | None = Field(
        default=None,
        description="the most: a number's value, characters, files or choices; of a duration "
        "minutes, or with its unit: `2 hours`",
    )
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=MAX_PATTERN)] | None = Field(
        default=None,
        description="a regular expression that the whole answer must match; texts only",
    )
    say: Text = Field(
        description="what the customer reads when the answer doesn't fit: what to write instead"
    )
