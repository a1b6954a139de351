"""Answers in words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from babel.numbers import format_decimal
from pydantic import JsonValue

from intake.journey.checklist import choices_of
from intake.journey.duration import display_duration
from intake.journey.hints import DONT_KNOW, NOT_GIVEN
from intake.journey.moment import display_moment
from intake.journey.steps import Ask


def display_of(
    ask: Ask,
    value: JsonValue,
    language: str,
    *,
    reference: datetime | None = None,
    said_at: datetime | None = None,
) -> str:
    """
    The answer to a question in words of a language; the customer's own words stay.

    "Today" in a time is relative to `reference`, the reader's time; without one the date has to do.
    `said_at` is when the customer answered.
    """
    if value is None:
        return DONT_KNOW.in_(language)
    if value in ("", []):
        return NOT_GIVEN.in_(language)
    if isinstance(value, Mapping):
        return _timed(ask, value, language, reference, said_at)
    if isinstance(value, list):
        if ask.kind == "file":
            return _files(len(value), language)
        return ", ".join(display_of(ask, each, language) for each in value)
    return _single(ask, value, language)


def _single(ask: Ask, value: JsonValue, language: str) -> str:
    """One choice, number or text."""
    if ask.kind == "number" and isinstance(value, int | float):
        return _number(ask, value, language)
    label = choices_of(ask).get(str(value))
    return label.in_(language) if label else str(value)


def _timed(
    ask: Ask,
    value: Mapping[str, JsonValue],
    language: str,
    reference: datetime | None,
    said_at: datetime | None,
) -> str:
    """A time or a length of time."""
    if ask.kind == "duration":
        return display_duration(value, language)
    return display_moment(value, language, reference=reference, said_at=said_at)


def _number(ask: Ask, value: float, language: str) -> str:
    """The number as the language writes it, with its unit."""
    shown = format_decimal(value, locale=language)
    return f"{shown} {ask.unit.in_(language)}" if ask.unit else shown


def _files(count: int, language: str) -> str:
    if language == "ru":
        return f"Файлов: {count}"
    return f"{count} file" if count == 1 else f"{count} files"
