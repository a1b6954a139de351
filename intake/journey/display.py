"""Answers in words of the reader's language."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue

from intake.journey.draft import LEFT_EMPTY
from intake.journey.hints import DONT_KNOW, NOT_GIVEN
from intake.journey.kinds import ReadingTime, spec_of
from intake.journey.steps import Ask


def display_of(
    ask: Ask,
    value: JsonValue,
    language: str,
    *,
    reference: datetime | None = None,
    answered_at: datetime | None = None,
) -> str:
    """
    Return an answer in words of a language; the customer's own words aren't translated.

    "Today" in a time is relative to `reference`, the reader's time; without it dates are absolute.
    `answered_at` is when the customer answered.
    """
    if value is None:
        return DONT_KNOW.in_(language)
    if value in LEFT_EMPTY:
        return NOT_GIVEN.in_(language)
    return spec_of(ask).display(ask, value, language, ReadingTime(reference, answered_at))
