"""What an author accepts as an answer: `accept` in a checklist."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from intake.journey.model import Model, Text

MAX_PATTERN = 200  # characters


def _number(value: object) -> object:
    """Numbers come as words, because `1.10` and `0123` are words in a checklist."""
    if not isinstance(value, str):
        return value
    try:
        # Python would accept the underscore of 1_000, which is a slip in a checklist.
        number = float(value.replace("_", "x"))
    except ValueError:
        return value
    return int(number) if number.is_integer() and "." not in value else number


Number = Annotated[
    Annotated[float, Field(strict=False, allow_inf_nan=False)], BeforeValidator(_number)
]


class Accept(Model):
    """What an answer must be, and the author's own words when it isn't."""

    from_: Number | None = Field(
        default=None,
        description="the least: a number's value, minutes, characters, files or choices",
    )
    to: Number | None = Field(
        default=None,
        description="the most: a number's value, minutes, characters, files or choices",
    )
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=MAX_PATTERN)] | None = Field(
        default=None,
        description="a regular expression that the whole answer must match; texts only",
    )
    say: Text = Field(
        description="what the customer reads when the answer doesn't fit: what to write instead"
    )
