"""
What must be so in every case of a checklist, or in at least one; and the case where it is not.

Every step, choice, comparison and table row can come about; every item of record is filled on
every path that ends in a ticket. Decided by a SAT solver over all cases, so a "can't" is a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from intake.journey.checklist import choices_of
from intake.journey.conditions import UNKNOWN, Compare, compares, parse_condition
from intake.journey.model import Head, Row
from intake.journey.problems import Problem, Severity, closest, did_you_mean
from intake.journey.proof.clauses import Clauses, Literal, TooHard
from intake.journey.proof.counter import counter_example
from intake.journey.proof.space import Reached, Space
from intake.journey.record import RECORDS, RecordItem
from intake.journey.sheet import Entry, Sheet, Where
from intake.journey.steps import Ask, End
from intake.journey.yaml_nodes import Node


def prove(sheet: Sheet) -> list[Problem]:
    """What is not so; of a sheet whose names and conditions are sound already."""
    head = sheet.head
    if head is None:
        return []
    entries = [entry for entry in sheet.entries if entry.step is not None and entry.word != "use"]
    steps = [entry.step for entry in entries if entry.step is not None]
    tables = (head.ticket.priority, head.ticket.queue)
    with Clauses() as clauses:
        space = Space(clauses, steps, tables)
        space.build()
        return list(_Claims(sheet, head, entries, space).run())


class _Claims:
    def __init__(self, sheet: Sheet, head: Head, entries: Sequence[Entry], space: Space) -> None:
        self._sheet, self._head, self._entries, self._space = sheet, head, entries, space
        self._clauses = space.clauses

    def run(self) -> Iterator[Problem]:
        for entry, reached in zip(self._entries, self._space.reached, strict=True):
            yield from self._guarded(self._step(entry, reached), entry.file, entry.node, ())
        for name, table in (
            ("priority", self._head.ticket.priority),
            ("queue", self._head.ticket.queue),
        ):
            at: Where = ("ticket", name)
            rows = self._table(name, table)
            yield from self._guarded(rows, self._sheet.file, self._sheet.root, at)
        yield from self._guarded(self._ends(), self._sheet.file, self._sheet.root, ("steps",))
        if self._head.record is not None:
            for item in RECORDS[self._head.record]:
                told = self._record(item)
                yield from self._guarded(told, self._sheet.file, self._sheet.root, ("record",))

    def _guarded(
        self, claims: Iterator[Problem], file: str, node: Node, path: Where
    ) -> Iterator[Problem]:
        """What is too hard to decide is said, and never passed over in silence."""
        try:
            yield from claims
        except TooHard:
            message = "this could not be proven: too many conditions hang together; simplify them"
            yield _problem(file, node, path, "not-proven", message, severity="warning")

    # One step

    def _step(self, entry: Entry, reached: Reached) -> Iterator[Problem]:
        name = _named(entry)
        if not self._clauses.can_hold(reached.live):
            message = f"{name} is never reached: the journey has always ended before it"
            yield _problem(entry.file, entry.node, (entry.word,), "never-reached", message)
            return
        raw = entry.step.show_if if entry.step is not None else None
        if not self._clauses.can_hold(reached.shown):
            yield _problem(
                entry.file,
                entry.node,
                ("show-if",),
                "never-shown",
                f"{name} is never shown: its 'show-if' can't hold in any case; change or remove it",
            )
            return
        yield from self._parts(raw, reached.live, entry.file, entry.node, ("show-if",))
        if raw is not None and not self._clauses.can_hold(reached.live, -reached.shown):
            message = f"the 'show-if' of {name} always holds; leave it out"
            yield _problem(
                entry.file, entry.node, ("show-if",), "always-shown", message, severity="warning"
            )
        if isinstance(entry.step, Ask):
            yield from self._choices(entry, entry.step, reached)

    def _choices(self, entry: Entry, ask: Ask, reached: Reached) -> Iterator[Problem]:
        variable = self._space.variable(ask.id)
        for choice in choices_of(ask):
            literal = variable.of(choice) if variable else None
            if literal is not None and not self._clauses.can_hold(literal, reached.shown):
                message = f"'{choice}' of step '{ask.id}' can never be the answer; take it out"
                at = ("choices", choice)
                yield _problem(entry.file, entry.node, at, "never-chosen", message, on_key=True)
        for index, row in enumerate(ask.answer_from if isinstance(ask.answer_from, tuple) else ()):
            path: Where = ("answer-from", index, "when")
            yield from self._parts(row.when, reached.shown, entry.file, entry.node, path)

    def _parts(
        self, raw: JsonValue, live: Literal, file: str, node: Node, path: Where
    ) -> Iterator[Problem]:
        """Each value that a condition names can come about where it is asked."""
        if raw is None:
            return
        condition, _ = parse_condition(raw)
        for compare in compares(condition):
            for index, word in enumerate(compare.allowed):
                if word == UNKNOWN:
                    continue
                one = Compare(compare.left, (word,), compare.path)
                holds = self._space.truth_of_compare(one).holds
                if self._clauses.can_hold(live, holds):
                    continue
                message = f"'{compare.left}' is never '{word}' here; take it out of the condition"
                at = (*path, *compare.path, index)
                yield _problem(file, node, at, "never-so", message)

    # Tables

    def _table(self, name: str, table: tuple[Row, ...]) -> Iterator[Problem]:
        left = [self._space.ticket]
        for index, row in enumerate(table):
            is_otherwise = row.otherwise is not None
            holds = self._clauses.yes if is_otherwise else self._space.truth(row.when).holds
            if not self._clauses.can_hold(*left, holds):
                what = "'otherwise'" if is_otherwise else f"row {index + 1}"
                why = (
                    "the rows before it take every case"
                    if self._clauses.can_hold(self._space.ticket, holds)
                    else "its condition can't hold in a ticket"
                )
                message = f"{what} of '{name}' never counts: {why}; change or remove it"
                at: Where = ("ticket", name, index)
                severity: Severity = "warning" if is_otherwise else "error"
                yield _problem(
                    self._sheet.file, self._sheet.root, at, "never-counts", message, severity
                )
            left.append(-holds)

    # Ends

    def _ends(self) -> Iterator[Problem]:
        if not self._clauses.can_hold(self._space.ticket):
            message = "no path ends in a ticket; let one of the ends be 'ticket'"
            yield _problem(self._sheet.file, self._sheet.root, ("steps",), "never-ticket", message)

    # The record

    def _record(self, item: RecordItem) -> Iterator[Problem]:
        filling = [
            (entry, reached)
            for entry, reached in zip(self._entries, self._space.reached, strict=True)
            if isinstance(reached.step, Ask) and item.id in reached.step.record
        ]
        if not filling:
            message = (
                f"no step fills '{item.id}' of the record ({item.what}); add 'record: {item.id}' "
                "to the one that does"
            )
            yield _problem(
                self._sheet.file, self._sheet.root, ("record",), "record-lacking", message
            )
            return
        entry = filling[0][0]
        required = [one for _, one in filling if isinstance(one.step, Ask) and one.step.required]
        if not required:
            message = (
                f"'{item.id}' is an item of record and may be passed over; take 'required: false' "
                "out"
            )
            yield _problem(entry.file, entry.node, ("record",), "record-optional", message)
            return
        filled = self._clauses.any_of(
            each for one in required for each in (one.shown, self._measured(one))
        )
        lacking = self._clauses.all_of((self._space.ticket, -filled, self._applies(item)))
        if self._clauses.can_hold(lacking):
            case = counter_example(self._space, lacking)
            message = (
                f"{case} the path ends in a ticket without '{item.id}', an item of record; loosen "
                "the 'show-if' of the step that fills it"
            )
            yield _problem(entry.file, entry.node, ("record",), "record-path", message)

    def _measured(self, reached: Reached) -> Literal:
        """A measurement stands in the ticket though its question isn't shown."""
        return reached.proposed

    def _applies(self, item: RecordItem) -> Literal:
        """Where an item has a meaning at all: "how was it solved" only if it happened before."""
        if item.only_after is None:
            return self._clauses.yes
        name, choice = item.only_after
        steps = [one for one in self._space.steps if isinstance(one, Ask) and name in one.record]
        variables = [self._space.variable(step.id) for step in steps]
        literals = [one for each in variables if each and (one := each.of(choice)) is not None]
        return self._clauses.any_of(literals) if literals else self._clauses.yes


def unknown_record_items(sheet: Sheet) -> Iterator[Problem]:
    """Names under `record` that no checklist of record has."""
    record = sheet.head.record if sheet.head is not None else None
    every = {item.id for items in RECORDS.values() for item in items}
    for entry in sheet.entries:
        for index, name in enumerate(entry.step.record if isinstance(entry.step, Ask) else ()):
            if name not in every:
                known = [item.id for item in RECORDS[record]] if record else sorted(every)
                message = f"'{name}' is no item of record{did_you_mean(name, known)}"
                near = closest(name, known)
                at = ("record", index)
                yield _problem(entry.file, entry.node, at, "no-record", message, suggestion=near)


def _named(entry: Entry) -> str:
    return f"'end: {entry.step.end}'" if isinstance(entry.step, End) else f"step '{entry.name}'"


def _problem(  # noqa: PLR0913, PLR0917 - what a problem consists of
    file: str,
    node: Node,
    path: Where,
    code: str,
    message: str,
    severity: Severity = "error",
    *,
    suggestion: str | None = None,
    on_key: bool = False,
) -> Problem:
    place = node.find(path, on_key=on_key)
    return Problem(
        file, place.line, place.column, severity, code, message, suggestion, place.length
    )
