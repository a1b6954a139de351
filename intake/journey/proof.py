"""
Whether an item of record is filled on every path that ends in a ticket.

By enumeration over what the conditions of its steps can see: each choice, each value that is named,
one that is not, and unknown. Steps are taken as independent, which errs on the side of a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from pydantic import JsonValue

from intake.journey.checklist import choices_of
from intake.journey.conditions import UNKNOWN, Compare, compares, compile_condition, parse_condition
from intake.journey.model import Ask, Step
from intake.journey.problems import Problem, closest, did_you_mean
from intake.journey.record import RECORDS, RecordItem
from intake.journey.sheet import Sheet
from intake.journey.yaml_nodes import Place

MAX_CASES: Final = 20_000
_OTHER: Final = "\N{MIDDLE DOT}other"


def unfilled(sheet: Sheet) -> Iterator[Problem]:
    """The items of record that some path to a ticket leaves out, or that no step names."""
    if sheet.head is None or sheet.head.record is None:
        return
    if any(entry.step is None and entry.word == "ask" for entry in sheet.entries):
        return  # a step with a mistake may be the one; first things first
    asks = [(entry, entry.step) for entry in sheet.entries if isinstance(entry.step, Ask)]
    every = {item.id for record in RECORDS.values() for item in record}
    for entry, ask in asks:
        for index, name in enumerate(ask.record):
            if name not in every:
                known = [item.id for item in RECORDS[sheet.head.record]]
                message = f"'{name}' is no item of record{did_you_mean(name, known)}"
                place = entry.node.find(("record", index))
                near = closest(name, known)
                yield _problem(entry.file, place, "no-record", message, near)
    steps = [entry.step for entry in sheet.entries if entry.step is not None]
    for item in RECORDS[sheet.head.record]:
        filling = [(entry, ask) for entry, ask in asks if item.id in ask.record]
        lack = _lack(item, [ask for _, ask in filling], steps)
        if lack is None:
            continue
        file = filling[0][0].file if filling else sheet.file
        node = filling[0][0].node if filling else sheet.root
        yield _problem(file, node.find(("record",)), *lack)


def _lack(
    item: RecordItem, filling: Sequence[Ask], steps: Sequence[Step]
) -> tuple[str, str] | None:
    """What an item of record lacks: a code and the words."""
    if not filling:
        return (
            "record-lacking",
            (
                f"no step fills '{item.id}' of the record ({item.what}); add 'record: {item.id}' "
                "to the one that does"
            ),
        )
    if not any(step.required for step in filling):
        return (
            "record-optional",
            f"'{item.id}' is an item of record and may be passed over; take 'required: false' out",
        )
    filled = is_always_filled(filling, steps, item.only_after)
    if filled:
        return None
    why = "can't be proven to stand" if filled is None else "doesn't stand"
    return (
        "record-path",
        (
            f"'{item.id}' is an item of record and {why} on every path to a ticket; loosen its "
            "'show-if' (a condition may also allow unknown)"
        ),
    )


def _problem(
    file: str, place: Place, code: str, message: str, suggestion: str | None = None
) -> Problem:
    return Problem(file, place.line, place.column, "error", code, message, suggestion, place.length)


def is_always_filled(
    filling: Sequence[Ask], steps: Sequence[Step], only_after: tuple[str, str] | None
) -> bool | None:
    """
    Whether one of the steps is shown in every case; None when there are too many cases to tell.

    `only_after` (item, choice): only the cases where the step of that item was answered so.
    """
    conditions = [step.show_if for step in filling if step.required]
    if None in conditions:
        return True
    if not conditions:
        return False
    domains = _domains(conditions, steps)
    if only_after is not None:
        item, choice = only_after
        for step in steps:
            if isinstance(step, Ask) and item in step.record:
                domains[step.id] = [choice]
    cases = 1
    for values in domains.values():
        cases *= len(values)
    if cases > MAX_CASES:
        return None
    compiled = [compile_condition(condition) for condition in conditions]
    names = list(domains)
    for chosen in product(*domains.values()):
        case: Mapping[str, JsonValue] = dict(zip(names, chosen, strict=True))
        if not any(holds(case.get) for holds in compiled):
            return False
    return True


def _domains(conditions: Sequence[JsonValue], steps: Sequence[Step]) -> dict[str, list[JsonValue]]:
    """What each left side may be, as far as the conditions can tell values apart."""
    by_id = {step.id: step for step in steps}
    domains: dict[str, list[JsonValue]] = {}
    for compare in (each for raw in conditions for each in compares(parse_condition(raw)[0])):
        known = domains.setdefault(compare.left, [])
        for value in _values(compare, by_id):
            if value not in known:
                known.append(value)
    return domains


def _values(compare: Compare, by_id: Mapping[str, Step]) -> list[JsonValue]:
    step = by_id.get(compare.left)
    choices = list(choices_of(step)) if step is not None else []
    unknown: list[JsonValue] = [None]
    if choices:
        return [*choices, *unknown]
    named = [word for word in compare.allowed if word != UNKNOWN]
    return [*named, _OTHER, *unknown]
