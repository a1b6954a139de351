"""Checks conditions: their shape, the names that they compare, and the values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from intake.authoring.lint.names import Names
from intake.authoring.lint.numbers import mismatch_of_number, repeated_indexes
from intake.authoring.lint.other_notations import (
    MAX_GUESSED,
    answered_as_elsewhere,
    constant_in_relation,
    equals_in_a_mapping,
    joint_in_value,
    number_as_elsewhere,
    number_of_unit,
    range_of_mapping,
    relation_as_elsewhere,
    sign_as_relation,
    text_search,
    value_as_elsewhere,
)
from intake.authoring.lint.relations import mistakes_of_relation, unit_of_side
from intake.authoring.lint.spelt_conditions import (
    marked_answers,
    value_in_a_list,
    words_for_name_alone,
    words_of_other_shape,
)
from intake.authoring.messages import Phrase, cut, hint, phrase, shape_of
from intake.authoring.near_words import in_latin, near_word
from intake.authoring.problems import Mistake
from intake.authoring.syntax.named_conditions import expanded
from intake.journey.arithmetic import ARITHMETIC
from intake.journey.code_families import families_among
from intake.journey.conditions import (
    MAX_CONDITION_DEPTH,
    UNKNOWN,
    Compare,
    ConditionFault,
    bounds_of,
    comparisons,
    parse_condition,
    relations_in,
)
from intake.journey.model import KeyPath
from intake.journey.operands import OperandType
from intake.journey.relations import RELATIONS

_WORDS: Final = (*RELATIONS, *ARITHMETIC)
_DIGITS: Final = re.compile(r"[\d.]+")
_IS_NAME: Final = re.compile(r"[a-z0-9_-]+", re.IGNORECASE)


def mistakes_of_condition(
    raw: JsonValue, path: KeyPath, names: Names, at: Phrase
) -> Iterator[Mistake]:
    """Yield the mistakes of the condition at a path; `at` names its place in messages."""
    condition, faults = parse_condition(expanded(raw, names.conditions))
    turned: set[KeyPath] = set()
    for fault in _worth_telling(faults, names, at):
        mistake = value_in_a_list(fault, condition, path, names, at)
        mistake = mistake or _mistake_of_fault(fault, path, names, at)
        if mistake is not None:
            yield mistake
        turned |= {fault.path} if fault.path and fault.path[-1] in RELATIONS else set()
    for compare in comparisons(condition):
        if compare.path not in turned:
            yield from _mistakes_of_compare(compare, path, names, at)
    for relation in relations_in(condition):
        if not relation.named:
            yield from mistakes_of_relation(relation, path, names, at)


def _mistake_of_fault(
    fault: ConditionFault, path: KeyPath, names: Names, at: Phrase
) -> Mistake | None:
    here = (*path, *fault.path)
    if fault.reason == "no-condition" and isinstance(fault.value, str):
        return _mistake_of_word(fault, fault.value, here, names, at)
    if fault.reason == "no-scalar" and isinstance(fault.value, dict):
        return _mistake_of_mapping(str(fault.path[-1]), fault.value, here, names) or Mistake(
            here, _words_of(fault)
        )
    return Mistake(here, _words_of(fault))


def _mistake_of_word(
    fault: ConditionFault, word: str, here: KeyPath, names: Names, at: Phrase
) -> Mistake | None:
    """Return the mistake of a word where a condition is needed: an unknown name, a sentence."""
    if not names.conditions:
        return Mistake(here, words_for_name_alone(word, names, at) or _words_of(fault))
    if word in names.conditions:
        return Mistake(here, phrase("condition-large", name=word))
    if not _IS_NAME.fullmatch(in_latin(word)):
        return Mistake(here, _words_of(fault))
    near = near_word(word, names.conditions)
    if near is not None and not _IS_NAME.fullmatch(near):
        return None  # the badly formed name is reported under `conditions`
    if word in names.earlier:
        return Mistake(here, phrase("step-as-condition", name=word))
    tail = hint(word, names.conditions)
    return Mistake(here, phrase("no-condition", at=at, name=word, hint=tail), near)


def _mistake_of_mapping(
    left: str, value: Mapping[str, JsonValue], here: KeyPath, names: Names
) -> Mistake | None:
    """Return the mistake in a mapping as a value: another tool's operator, a wrong relation."""
    if (inside := text_search(value)) is not None:
        return Mistake(here, phrase("text-search", left=left, word=inside))
    if (meant := range_of_mapping(left, value)) is not None:
        return Mistake(here, phrase("range-of-keys", left=left, meant=meant))
    if left in RELATIONS and len(value) == 1:
        first, second = next(iter(value.items()))
        turned = f"{{{first}: {{{left}: {second}}}}}"
        return Mistake(here, phrase("relation-turned", word=left, meant=turned))
    of_value = joint_in_value(left, value) or equals_in_a_mapping(left, value, names.all_names)
    of_value = of_value or marked_answers(left, value, names)
    if of_value is not None:
        return Mistake(here, of_value)
    for word in value:
        near = sign_as_relation(word, is_moment=names.is_moment(left))
        near = near or (near_word(word, _WORDS) if word not in _WORDS else None)
        if near is not None:
            tail = phrase("did-you-mean", near=near)
            words = phrase("no-relation", word=cut(word), hint=tail)
            return Mistake((*here, word), words, near, on_key=True)
    return None


def _worth_telling(
    faults: Iterable[ConditionFault], names: Names, at: Phrase
) -> Iterator[ConditionFault]:
    """Yield the faults without those that only repeat another one."""
    mentioned: set[KeyPath] = set()
    for fault in faults:
        # Of several words in a row instead of conditions, report the first.
        if fault.reason == "no-condition" and fault.path[:-1] in mentioned:
            continue
        # The value of an unknown name can't be judged.
        is_turned = fault.path and fault.path[-1] in RELATIONS
        if (
            fault.reason == "no-scalar"
            and not is_turned
            and names.resolve(str(fault.path[-1]), at).wrong is not None
        ):
            continue
        if fault.reason == "no-condition" and fault.path:
            mentioned.add(fault.path[:-1])
        yield fault


def _words_of(fault: ConditionFault) -> Phrase:
    left = str(fault.path[-1]) if fault.path else ""
    shape = shape_of(fault.value)
    is_empty = fault.reason == "no-condition" and fault.value is None
    match "empty" if is_empty else fault.reason:
        case "too-deep":
            words = phrase("condition-deep", limit=MAX_CONDITION_DEPTH)
        case "empty":
            words = phrase("condition-empty")
        case "no-condition":
            words = words_of_other_shape(fault.value)
        case "any-of-all":
            keys = fault.value if isinstance(fault.value, dict) else {}
            words = phrase("any-of-all", listed=", ".join(f"{{{key}: …}}" for key in keys))
        case "no-side":
            words = phrase("relation-side", word=left, shape=shape)
        case "no-compared":
            words = phrase("arithmetic-alone")
        case "no-operand":
            words = (
                phrase("operand-times", shape=shape)
                if left == "times"
                else phrase("operand-value", key=left, shape=shape)
            )
        case "no-scalar":
            words = phrase("condition-value", left=left, shape=shape)
    return words


def _mistakes_of_compare(
    compare: Compare, path: KeyPath, names: Names, at: Phrase
) -> Iterator[Mistake]:
    here = (*path, *compare.path)
    meant = names.resolve(compare.left, at)
    if compare.named:
        # Other mistakes are reported where the named condition is written.
        if meant.wrong is not None and meant.wrong.code in ("later-step", "own-step"):
            inner = phrase("in-condition", name=compare.named, words=meant.wrong)
            yield Mistake(here, inner)
        return
    if meant.wrong is not None:
        if (words := constant_in_relation(compare)) is not None:
            yield Mistake(here, words)
            return
        is_left = compare.path[-1:] == (compare.left,)
        if is_left and compare.left in names.conditions:
            yield Mistake(here, phrase("condition-as-step", name=compare.left), on_key=True)
            return
        yield Mistake(here, meant.wrong, meant.suggestion, on_key=is_left)
    # With a wrong name or a faulty step, the values can't be judged.
    if meant.side is not None:
        yield from _mistakes_of_values(compare, meant.side, here, names, at)


def _mistakes_of_values(
    compare: Compare, side: OperandType, here: KeyPath, names: Names, at: Phrase
) -> Iterator[Mistake]:
    """Yield the mistakes of the values that a left side is compared with."""
    left, nameable = compare.left, _nameable(side)
    facts = {names.fact_with_value(left, word) for word in compare.allowed}
    if side.values is None and not side.is_number and len(facts) == 1 and None not in facts:
        listed = ", ".join(compare.allowed)
        meant = f"{{{facts.pop()}: {f'[{listed}]' if len(compare.allowed) > 1 else listed}}}"
        forgotten = phrase("fact-forgotten", at=at, left=left, word=cut(listed), meant=meant)
        yield Mistake(here, forgotten)
        return
    for index in repeated_indexes(compare.allowed):
        yield Mistake((*here, index), phrase("value-twice", word=cut(compare.allowed[index])))
    for index, word in enumerate(compare.allowed):
        if len(word) > MAX_GUESSED:
            if words := _mismatch(left, side, word, at):
                yield Mistake((*here, index), words)
        elif words := value_as_elsewhere(
            left, word, (*nameable, UNKNOWN), at, has_several=side.has_several
        ):
            yield Mistake((*here, index), words)
        elif words := _mismatch(left, side, word, at):
            near = near_word(word, nameable) or number_as_elsewhere(word)
            near = near or near_word(word, (UNKNOWN,))
            better = _better_words(left, word, words, names, at)
            yield Mistake((*here, index), *(better or (words, near)))


def _better_words(
    left: str, word: str, words: Phrase, names: Names, at: Phrase
) -> tuple[Phrase, str | None] | None:
    """Return a more specific message about a value, and the value to write; None if none fits."""
    short, is_moment = cut(word), names.is_moment(left)
    side = names.resolve(left, at).side
    if answered := answered_as_elsewhere(left, word, at, side.values if side else None):
        return answered, None
    if other := relation_as_elsewhere(left, word, names.earlier, is_moment=is_moment):
        return phrase("relation-written-out", at=at, word=short, meant=other), None
    if words.code == "free-words" and is_moment:
        return phrase("moment-compared", at=at, left=left, word=short), None
    if words.code == "no-value" and (own := names.choice_of_label(left, word)):
        tail = phrase("did-you-mean", near=own)
        return phrase("no-value", at=at, left=left, word=short, hint=tail), own
    meant = number_of_unit(word, unit_of_side(left, names))
    if words.code != "number-compared" or not meant:
        return None
    is_alike = _DIGITS.findall(meant) == _DIGITS.findall(word)
    return (
        phrase(
            "number-unit-alike" if is_alike else "number-unit",
            left=left,
            word=short,
            meant=meant,
        ),
        f'"{meant}"',
    )


def _nameable(side: OperandType) -> tuple[str, ...]:
    """Return the names that a side can be compared with: its values, and families of codes."""
    values = side.values or ()
    return (*values, *families_among(values))


def _mismatch(left: str, side: OperandType, word: str, at: Phrase) -> Phrase | None:
    """Return why a side can't be compared with a value, or None if it can."""
    nameable = _nameable(side)
    if word == UNKNOWN or word in nameable:
        return None
    short = cut(word)
    if side.values is not None:
        tail = hint(word, nameable)
        if near_word(word, nameable) is None and near_word(word, (UNKNOWN,)):
            tail = phrase("did-you-mean", near=UNKNOWN)
        return phrase("no-value", at=at, left=left, word=short, hint=tail)
    if side.is_number:
        if not bounds_of(word):
            near = number_as_elsewhere(word) or near_word(word, (UNKNOWN,))
            tail = phrase("did-you-mean-bare", near=near) if near else phrase("none")
            return phrase("number-compared", at=at, left=left, word=short, hint=tail)
        return mismatch_of_number(at, left, side, word)
    if "." in left:  # a measured text, such as an issuer
        return None
    return phrase("free-words", at=at, left=left, word=short)
