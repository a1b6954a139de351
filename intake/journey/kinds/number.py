"""`number`: digits as people write them, with or without a unit."""

from __future__ import annotations

import re

from babel.numbers import format_decimal
from pydantic import JsonValue

from intake.journey.kinds.input_text import quote, read_line
from intake.journey.kinds.spec import (
    AnswerContext,
    Hint,
    KindSpec,
    MeasuredAnswer,
    ReadAnswer,
    ReadingTime,
)
from intake.journey.kinds.units import convert, rounded, unit_of, unit_of_text
from intake.journey.steps import Ask

# 15 digits are as many as a double keeps exactly.
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,9})?")
# A separator before exactly three digits groups thousands ("12 345"); any other is an error.
_GROUPS = re.compile(r"(?<=\d)[\s_'’](?=\d{3}(?:\D|$))")


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    """Read digits such as "12 345", "1,5", "-3"; the question's unit after them is dropped."""
    text = read_line(asked, raw)
    if isinstance(text, Hint):
        return text
    plain = _GROUPS.sub("", text).replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if asked.step.unit is not None:
        plain = plain.removesuffix(asked.step.unit.in_(asked.language)).rstrip()
    if _NUMBER.fullmatch(plain):
        number = float(plain)
        return (int(number) if number.is_integer() else number), False
    if asked.insisted:
        return text, True
    return asked.hint("number", said=quote(text, asked.language), example=asked.example_suffix)


def _from_measurement(ask: Ask, value: JsonValue, unit: str | None) -> MeasuredAnswer | None:
    """Return a measured number in the question's unit, or None if the quantities differ."""
    if isinstance(value, str) and unit is None and _NUMBER.fullmatch(value):
        value = float(value)  # a row's number, which the file has as a word
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not unit:  # a bare count, or the author's own number
        return value, int(value) if float(value).is_integer() else value
    measured, asked = unit_of(unit), unit_of_text(ask.unit)
    if measured is None or asked is None:
        return None
    if measured == asked:
        return value, value
    number = convert(value, measured, asked)
    return None if number is None else (number, rounded(number))


def _size(value: JsonValue) -> float | None:
    """Return the number, or the length of an insisted-on text."""
    if isinstance(value, str):
        return len(value)
    return value if isinstance(value, int | float) else None


def _display(ask: Ask, value: JsonValue, language: str, _: ReadingTime) -> str:
    """Return the number in the language's format, with its unit."""
    if not isinstance(value, int | float):
        return str(value)
    written = format_decimal(value, locale=language)
    return f"{written} {ask.unit.in_(language)}" if ask.unit else written


NUMBER = KindSpec(
    name="number",
    summary="a number, with or without a `unit`",
    read=_read,
    keys=frozenset({"unit", "bounds"}),
    sample="5",
    is_number=True,
    keeps_words=True,
    from_measurement=_from_measurement,
    measured_shapes=frozenset({"number"}),
    size=_size,
    display=_display,
)
