"""Answers in words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from intake.journey.checklist import choices_of
from intake.journey.model import Ask
from intake.journey.moment import display_moment
from intake.journey.words import DONT_KNOW, NOT_GIVEN


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
    if ask.kind == "moment" and isinstance(value, Mapping):
        return display_moment(value, language, reference=reference, said_at=said_at)
    if ask.kind == "file":
        return _files(len(value) if isinstance(value, list) else 1, language)
    if isinstance(value, list):
        return ", ".join(display_of(ask, each, language) for each in value)
    label = choices_of(ask).get(str(value))
    return label.in_(language) if label else str(value)


def _files(count: int, language: str) -> str:
    if language == "ru":
        return f"Файлов: {count}"
    return f"{count} file" if count == 1 else f"{count} files"
