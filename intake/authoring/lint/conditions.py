"""Whether a condition compares what there is with what it can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from intake.authoring.lint.names import Names
from intake.authoring.lint.numbers import doubles, mismatch_of_number
from intake.authoring.messages import Phrase, cut, hint, phrase, shape_of
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.journey.conditions import (
    MAX_CONDITION_DEPTH,
    UNKNOWN,
    Compare,
    ConditionFault,
    bounds_of,
    compares,
    parse_condition,
)
from intake.journey.model import KeyPath
from intake.journey.operands import OperandType


def mistakes_of_condition(
    raw: JsonValue, path: KeyPath, names: Names, at: Phrase
) -> Iterator[Mistake]:
    """What is wrong with a condition at the end of a path; `at` says whose it is."""
    condition, faults = parse_condition(raw)
    for fault in _worth_telling(faults, names, at):
        yield Mistake((*path, *fault.path), _words_of(fault))
    for compare in compares(condition):
        yield from _mistakes_of_compare(compare, path, names, at)


def _worth_telling(
    faults: Iterable[ConditionFault], names: Names, at: Phrase
) -> Iterator[ConditionFault]:
    """The faults, without those that only repeat another one."""
    mentioned: set[KeyPath] = set()
    for fault in faults:
        # Whoever writes words instead of a condition may write several in a row.
        if fault.reason == "no-condition" and fault.path[:-1] in mentioned:
            continue
        # What stands behind a name that isn't one can't be judged.
        if fault.reason == "no-scalar" and names.meant(str(fault.path[-1]), at).wrong is not None:
            continue
        if fault.reason == "no-condition" and fault.path:
            mentioned.add(fault.path[:-1])
        yield fault


def _words_of(fault: ConditionFault) -> Phrase:
    match fault.reason:
        case "too-deep":
            return phrase("condition-deep", limit=MAX_CONDITION_DEPTH)
        case "empty":
            return phrase("condition-empty")
        case "no-condition":
            if fault.value is None:
                return phrase("condition-empty")
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
    for index in doubles(compare.allowed):
        yield Mistake((*here, index), phrase("value-twice", word=cut(compare.allowed[index])))
    for index, word in enumerate(compare.allowed):
        words = _mismatch(compare.left, meant.side, word, at)
        if words is not None:
            near = near_word(word, meant.side.values or ())
            yield Mistake((*here, index), words, near)


def _mismatch(left: str, side: OperandType, word: str, at: Phrase) -> Phrase | None:
    """Why a value can't be compared with; None when it can."""
    if word == UNKNOWN or (side.values is not None and word in side.values):
        return None
    short = cut(word)
    if side.values is not None:
        return phrase("no-value", at=at, left=left, word=short, hint=hint(word, side.values))
    if side.is_number:
        if not bounds_of(word):
            return phrase("number-compared", at=at, left=left, word=short)
        return mismatch_of_number(at, left, side, word)
    if "." in left:  # a measured text, such as an issuer
        return None
    return phrase("free-words", at=at, left=left, word=short)
