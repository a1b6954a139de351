"""Measured values in words of the reader's language, with its number formats."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from pydantic import JsonValue

from diagnostics import CODES, Fact, cause_name, code_name, letter_causes
from diagnostics.texts import as_language, load_catalogue
from intake.journey.conditions import scalar_text

_SECOND_MS: Final = 1000
LEAST_DAYS: Final = 1  # fewer are not put into words: "in 0 days" would be untrue


def explain_texts() -> Mapping[str, Any]:
    """Return the content of `explain.yaml`: phrases of conditions, and the values of facts."""
    return load_catalogue(Path(__file__).parent / "texts" / "explain.yaml")


def word_of_value(word: str, language: str) -> str | None:
    """Return a fact's value in words, or None if the value is for conditions only."""
    texts = explain_texts()["values"].get(word)
    return None if texts is None else str(texts[language])


def has_words(fact: Fact) -> bool:
    """Check whether texts may name a fact: it has a single value, and words for each."""
    if fact.has_several:
        return False
    return fact.values is None or all(_is_worded(value) for value in fact.values)


@cache
def _is_worded(value: str) -> bool:
    return value in CODES or value in letter_causes() or word_of_value(value, "en") is not None


def counts_days(fact: Fact | None) -> bool:
    """Check whether a fact is a number of days left."""
    return fact is not None and (fact.unit or fact.counts) == "days"


def fact_in_words(fact: Fact, value: JsonValue, language: str) -> str | None:
    """
    Return a fact's value as part of a sentence: "5.2 seconds", «3 дня», "12%".

    None if it can't be put into words: several values at once, or less than one day left, for which
    "in 0 days" would be untrue.
    """
    if isinstance(value, bool | dict | list | tuple) or value is None:
        return None
    if fact.is_number:
        return _number_in_words(fact, value, language)
    word = scalar_text(value)
    if fact.values is None:
        return word
    if word in CODES:
        return code_name(word, as_language(language))
    if word in letter_causes():
        return cause_name(word, as_language(language))
    return word_of_value(word, language)


def _number_in_words(fact: Fact, value: JsonValue, language: str) -> str | None:
    if not isinstance(value, int | float):
        return str(value)
    unit = fact.unit or fact.counts
    if unit == "ms":
        if value < _SECOND_MS:
            return format_unit(round(value), "duration-millisecond", locale=language)
        seconds = round(value / _SECOND_MS, 1)
        return format_unit(seconds, "duration-second", locale=language)
    if unit == "%":
        share = Decimal(str(round(value, 1))) / 100
        return format_percent(share, locale=language, decimal_quantization=False)
    if unit == "days":
        return None if value < LEAST_DAYS else format_unit(value, "duration-day", locale=language)
    return format_decimal(value, locale=language)
