"""Checks that the measurements stated in a test are possible results of its checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue, ValidationError

from diagnostics import CODES, Fact, facts_of
from intake.authoring.lint.other_notations import number_of_unit
from intake.authoring.messages import Listed, cut, hint, phrase, shape_of
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.journey.conditions import bounds_of, scalar_text
from intake.journey.draft import ENVIRONMENT, Environment
from intake.journey.kinds.units import unit_of
from intake.journey.steps import Check

FAILED: Final = "failed"


def mistakes_of_given(
    measured: Mapping[str, JsonValue], checks: Mapping[str, Check]
) -> Iterator[Mistake]:
    """Yield a mistake, with its path, for each stated result that no check can give."""
    flat = [name for name in measured if name.partition(".")[0] in checks and "." in name]
    for name, value in measured.items():
        if name in flat:  # `web.finding: …` for `web: {finding: …}`
            check, _, fact = name.partition(".")
            tail = phrase("write-it", meant=f"{{{check}: {{{fact}: {cut(scalar_text(value))}}}}}")
            if name == flat[0]:
                yield Mistake((name,), phrase("test-check", name=name, hint=tail), on_key=True)
        elif name == ENVIRONMENT:
            yield from _mistakes_of_environment(value)
        elif name not in checks:
            known = [*checks, ENVIRONMENT]
            words = phrase("test-check", name=cut(name), hint=hint(name, known))
            yield Mistake((name,), words, near_word(name, known), on_key=True)
        elif isinstance(value, dict):
            yield from _mistakes_of_facts(checks[name], value)
        # None and `failed` both stand for a check without a result.
        elif value is not None and value != FAILED:
            meant = f"{{{name}: {{finding: {value}}}}}" if value in CODES else ""
            tail = phrase("write-it", meant=meant) if meant else phrase("none")
            words = phrase("test-measured", name=name, shape=shape_of(value), hint=tail)
            yield Mistake((name,), words)


def _mistakes_of_environment(value: JsonValue) -> Iterator[Mistake]:
    try:
        Environment.model_validate(value)
    except ValidationError:
        listed = Listed(tuple(Environment.model_fields))
        yield Mistake((ENVIRONMENT,), phrase("test-environment", listed=listed))


def _mistakes_of_facts(check: Check, measured: Mapping[str, JsonValue]) -> Iterator[Mistake]:
    known = facts_of(check.diagnose)
    for name, fact_value in measured.items():
        left, here = f"{check.id}.{name}", (check.id, name)
        if name not in known:
            words = phrase("test-fact", left=cut(left), hint=hint(name, known))
            yield Mistake(here, words, near_word(name, known), on_key=True)
        elif known[name].is_number:
            if as_number(fact_value) is None:
                yield _no_number(left, known[name], fact_value, here)
        else:
            yield from _mistakes_of_value(left, known[name], fact_value, here)


def _no_number(left: str, fact: Fact, value: JsonValue, here: tuple[str, str]) -> Mistake:
    """Return the mistake of a value that isn't a number, with its conversion if it has a unit."""
    meant = number_of_unit(scalar_text(value), unit_of(fact.unit or fact.counts or ""))
    tail = phrase("write-it", meant=meant) if meant else phrase("none")
    words = phrase("test-number", left=left, shape=shape_of(value), hint=tail)
    return Mistake(here, words, meant)


def _mistakes_of_value(
    left: str, fact: Fact, value: JsonValue, here: tuple[str, str]
) -> Iterator[Mistake]:
    several = isinstance(value, list)
    for index, single in enumerate(value if isinstance(value, list) else [value]):
        word = scalar_text(single) if not isinstance(single, dict | list | None) else ""
        if fact.values is not None and word not in fact.values:
            words = phrase("test-value", left=left, word=cut(word), hint=hint(word, fact.values))
            path = (*here, index) if several else here
            yield Mistake(path, words, near_word(word, fact.values))


def as_number(value: JsonValue) -> int | float | None:
    """Return the number that a value stands for; None for a range or anything else."""
    numbers = bounds_of(scalar_text(value)) if not isinstance(value, dict | list | None) else ()
    if len(numbers) != 1:
        return None
    return int(numbers[0]) if numbers[0].is_integer() else numbers[0]
