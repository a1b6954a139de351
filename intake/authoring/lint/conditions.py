"""Whether a condition compares what there is with what it can be."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from diagnostics.texts import closest_match
from intake.authoring.lint.names import Names
from intake.authoring.messages import Phrase, cut, hint, phrase, shape_of
from intake.authoring.problems import Mistake
from intake.journey.conditions import (
    MAX_CONDITION_DEPTH,
    UNKNOWN,
    Compare,
    ConditionFault,
    KeyPath,
    bounds_of,
    compares,
    parse_condition,
)
from intake.journey.operands import OperandType


def mistakes_of_condition(
    raw: JsonValue, path: KeyPath, names: Names, at: Phrase
) -> Iterator[Mistake]:
    """What is wrong with a condition at the end of a path; `at` says whose it is."""
    condition, faults = parse_condition(raw)
    for fault in faults:
        yield Mistake((*path, *fault.path), _words_of(fault))
    for compare in compares(condition):
        yield from _mistakes_of_compare(compare, path, names, at)


def _words_of(fault: ConditionFault) -> Phrase:
    match fault.reason:
        case "too-deep":
            return phrase("condition-deep", limit=MAX_CONDITION_DEPTH)
        case "empty":
            return phrase("condition-empty")
        case "no-condition":
            return phrase("condition-shape", shape=shape_of(fault.value))
        case "no-scalar":
            left = str(fault.path[-1])
            return phrase("condition-value", left=left, shape=shape_of(fault.value))


def _mistakes_of_compare(
    compare: Compare, path: KeyPath, names: Names, at: Phrase
) -> Iterator[Mistake]:
    here = (*path, *compare.path)
    meant = names.meant(compare.left, at)
    if meant.wrong is not None:
        yield Mistake(here, meant.wrong, meant.suggestion, on_key=True)
    # The name is wrong, or its step is: what it is compared with can't be judged.
    if meant.side is None:
        return
    for index, word in enumerate(compare.allowed):
        words = _mismatch(compare.left, meant.side, word, at)
        if words is not None:
            near = closest_match(word, meant.side.values or ())
            yield Mistake((*here, index), words, near)


def _mismatch(left: str, side: OperandType, word: str, at: Phrase) -> Phrase | None:
    """Why a value can't be compared with; None when it can."""
    if word == UNKNOWN or (side.values is not None and word in side.values):
        return None
    short = cut(word)
    if side.values is not None:
        return phrase("no-value", at=at, left=left, word=short, hint=hint(word, side.values))
    if side.is_number:
        return None if bounds_of(word) else phrase("number-compared", at=at, left=left, word=short)
    if "." in left:  # a measured text, such as an issuer
        return None
    return phrase("free-words", at=at, left=left, word=short)
