"""Checks that numbers in texts agree between languages, and with the limits of `accept`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from intake.authoring.messages import Phrase, phrase
from intake.authoring.problems import Mistake
from intake.journey.kinds.units import MINUTE, Unit, convert, unit_of
from intake.journey.model import KeyPath
from intake.journey.steps import Ask

_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
# Adjacent signs make a number part of an address, a time, a date or a version.
_NUMBER: Final = re.compile(
    r"(?<![\w.,:/@#№+-])(\d{1,3}(?:[ \u00a0\u202f,]\d{3})+|\d+)([.,]\d+)?(?![\w@]|[.,:/-]\d)"
)
# These legitimately differ between languages: money, times of the day, imperial units.
_OF_ONE_LANGUAGE: Final = re.compile(
    r"[$€£₽]|\b(?:am|pm|a\.m|p\.m|usd|eur|руб\w*|inch\w*|feet|miles?|км)\b", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_UNIT_AFTER: Final = re.compile(r"\d\s{0,2}([^\W\d_]+)")
_COUNTED: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s{0,2}([^\W\d_]+)")
_EXAMPLE: Final = re.compile(
    r"\bfor example\b|\be\.g\.|\bsuch as\b|\blike\b|\bнапример\b|\bвроде\b|\bкак\b", re.IGNORECASE
)
_MAX_DIGITS: Final = 7  # a longer number is that of a telephone or an account


def numbers_in(line: str) -> list[float]:
    """Return the numbers in a text in their order, without those in names and addresses."""
    numbers: list[float] = []
    for whole, decimals in _NUMBER.findall(_PLACEHOLDER.sub(" ", line)):
        digits = re.sub(r"\D", "", whole)
        if len(digits) <= _MAX_DIGITS:
            numbers.append(float(f"{digits}{decimals.replace(',', '.')}"))
    return numbers


def mistakes_of_numbers(path: KeyPath, lines: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield a mistake for a number that differs between languages with equally many numbers."""
    if not lines or any(_OF_ONE_LANGUAGE.search(line) for line in lines.values()):
        return
    (first, numbers), *others = [(name, numbers_in(line)) for name, line in lines.items()]
    for language, theirs in others:
        if len(theirs) != len(numbers) or sorted(theirs) == sorted(numbers):
            continue
        here = next((number for number in theirs if number not in numbers), None)
        there = next((number for number in numbers if number not in theirs), None)
        if here is not None and there is not None:
            words = phrase(
                "numbers-differ", here=f"{here:.15g}", there=f"{there:.15g}", language=first
            )
            yield Mistake((*path, language), words)


def mistakes_of_limits_in_text(ask: Ask) -> Iterator[Mistake]:
    """Yield a mistake if the limits of `accept` differ from those in its message to customers."""
    accept = ask.accept
    if accept is None or ask.kind not in ("number", "duration"):
        return
    bounds = {"from": accept.from_, "to": accept.to}
    limits = {key: bound for key, bound in bounds.items() if bound is not None}
    for language, line in accept.say.lines.items():
        stated = _in_own_unit(ask, line)
        if len(stated) != len(limits) or _EXAMPLE.search(line):
            continue
        wrong = [(key, bound) for key, bound in limits.items() if bound not in stated]
        if not wrong:
            continue
        if (minutes := _meant_minutes(ask, limits, line)) is not None:
            key, bound = next(reversed(limits.items()))
            words = phrase(
                "limits-in-minutes",
                name=ask.id,
                bound=f"{bound:.15g}",
                meant=f"{bound * minutes:.15g}",
            )
            yield Mistake(("accept", key), words)
            return
        # If both differ, the limits were changed and the text was forgotten.
        key, bound = wrong[0]
        path: KeyPath = ("accept", "say", language) if len(wrong) > 1 else ("accept", key)
        yield Mistake(path, _differs(ask, key, bound, language))
        return


def _meant_minutes(ask: Ask, limits: Mapping[str, float], line: str) -> float | None:
    """Return the minutes in the unit that a duration's limits were meant in, or None."""
    unit = _unit_named(line)
    if (
        ask.kind != "duration"
        or unit is None
        or sorted(numbers_in(line)) != sorted(limits.values())
    ):
        return None
    return convert(1, unit, MINUTE)


def _differs(ask: Ask, key: str, bound: float, language: str) -> Phrase:
    unit = phrase("in-minutes") if ask.kind == "duration" else phrase("none")
    limit = f"{bound:.15g}"
    return phrase("say-differs", name=ask.id, key=key, bound=limit, unit=unit, language=language)


def _in_own_unit(ask: Ask, line: str) -> list[float]:
    """Return the numbers in a text in the answer's unit: for a duration, in minutes."""
    numbers = numbers_in(line)
    unit = _unit_named(line)
    if ask.kind != "duration" or unit is None:
        return numbers
    # Each number may have its own unit: "from 10 minutes to 3 days".
    with_units = [
        (float(number.replace(",", ".")), unit_of(word)) for number, word in _COUNTED.findall(line)
    ]
    if len(with_units) == len(numbers) and all(own is not None for _, own in with_units):
        return [convert(number, own, MINUTE) or 0 for number, own in with_units if own is not None]
    return [convert(number, unit, MINUTE) or 0 for number in numbers]


def _unit_named(line: str) -> Unit | None:
    """Return the unit after a number in a text, else any unit in the text, or None."""
    words = [*_UNIT_AFTER.findall(line), *_WORD.findall(line)]
    return next((unit for unit in map(unit_of, words) if unit is not None), None)
