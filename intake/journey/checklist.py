"""A checklist ready to be walked: every section in place, every condition compiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, JsonValue

from intake.journey.compiled_conditions import Holds, compile_condition
from intake.journey.conditions import compares_in
from intake.journey.draft import Source
from intake.journey.kinds import choices_of, spec_of
from intake.journey.kinds.spec import unchanged
from intake.journey.measured_from import source_of, unit_of_fact
from intake.journey.model import Head, Row, Text, TicketRules
from intake.journey.placeholders import has_braces
from intake.journey.steps import (
    STEP_MODELS,
    Ask,
    Check,
    DetailOf,
    Role,
    Step,
    Tell,
    Use,
    conditions_of,
    conditions_of_rows,
)
from intake.journey.support_desk import SupportDesk

StepOf = Callable[[str], Step | None]
CompiledTable = tuple[tuple[Holds, JsonValue], ...]


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """
    A step with its conditions as functions, made once, because they run on every click.

    `needs` are the left sides of `show-if`; `from_checks` the checks that may answer the step;
    `unit` is that of the number that `fact` says; `sources` says whose word the answer is, for
    `fact` or for each row. `compared` gives what conditions compare of an answer, `facts` what they
    may ask about one that is more than its value. `has_values`: its texts name some in braces.
    """

    step: Step
    holds: Holds
    needs: tuple[str, ...]
    fact: str | None
    rows: CompiledTable
    from_checks: frozenset[str]
    choices: Mapping[str, Text]
    unit: str
    sources: tuple[Source, ...]
    compared: Callable[[JsonValue], JsonValue]
    facts: Callable[[JsonValue], Mapping[str, JsonValue]] | None
    has_values: bool


class Checklist:
    """
    A loaded checklist, unchanging.

    `desk` is what the department had declared when it was loaded. `source` is its expanded content
    as canonical JSON: a draft pins it, and `from_json` gives the same checklist back whatever is
    published meanwhile. `version` is the hash of that content.
    """

    def __init__(
        self, head: Head, steps: tuple[Step, ...], desk: SupportDesk | None = None
    ) -> None:
        self.head = head
        self.desk = desk or SupportDesk()
        self.steps = steps
        self.by_id: Mapping[str, Step] = {step.id: step for step in steps}
        self.compiled: tuple[CompiledStep, ...] = tuple(
            _compiled(step, self.by_id) for step in steps
        )
        self.compiled_by_id: Mapping[str, CompiledStep] = {
            compiled.step.id: compiled for compiled in self.compiled
        }
        self.priority: CompiledTable = compile_table(head.ticket.priority)
        self.queue: CompiledTable = compile_table(head.ticket.queue)
        self.source: str = _canonical(head, steps, self.desk)
        self.version: str = hashlib.sha256(self.source.encode()).hexdigest()[:12]

    @property
    def id(self) -> str:
        """The checklist's name."""
        return self.head.checklist

    @property
    def title(self) -> Text:
        """What the customer picks it by."""
        return self.head.title

    @property
    def about(self) -> Text | None:
        """A line under the title."""
        return self.head.about

    @property
    def ticket(self) -> TicketRules:
        """How the ticket is headed and where it goes."""
        return self.head.ticket

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The questions, in order."""
        return tuple(step for step in self.steps if isinstance(step, Ask))

    @property
    def checks(self) -> tuple[Check, ...]:
        """The diagnoses, in order."""
        return tuple(step for step in self.steps if isinstance(step, Check))

    @property
    def tells(self) -> tuple[Tell, ...]:
        """The advice, in order."""
        return tuple(step for step in self.steps if isinstance(step, Tell))

    def asks_with_role(self, role: Role) -> tuple[Ask, ...]:
        """The questions of a role, in order; there is at most one of a kind."""
        return tuple(ask for ask in self.asks if ask.role == role)

    def detail_of(self, ask: Ask) -> Ask | None:
        """The question for the words of what this one's choices don't name, if there is one."""
        return next(
            (
                detail
                for detail in self.asks
                if isinstance(detail.role, DetailOf) and detail.role.detail_of == ask.id
            ),
            None,
        )

    @property
    def conditions(self) -> Iterator[JsonValue]:
        """Every condition that stands in it, in the order of the file."""
        for step in self.steps:
            yield from conditions_of(step)
        for table in (self.ticket.priority, self.ticket.queue):
            yield from conditions_of_rows(table)

    def to_json(self) -> str:
        """The expanded content, canonical: equal checklists give equal strings."""
        return self.source

    @classmethod
    def from_json(cls, source: str) -> Self:
        """
        The checklist that `to_json` wrote.

        Raises:
            ValueError: the text is not such a checklist.
        """
        content = json.loads(source)
        if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
            raise ValueError("A pinned checklist is an object with 'steps'; this is not one")  # noqa: TRY004
        raw_steps = content.pop("steps")
        desk = SupportDesk.model_validate(content.pop("desk", {}))
        return cls(Head.model_validate(content), tuple(_step(raw) for raw in raw_steps), desk)

    def __repr__(self) -> str:
        return f"Checklist({self.id!r}, {self.version!r}, {len(self.steps)} steps)"


def compile_table(rows: tuple[Row, ...]) -> CompiledTable:
    """A table as (condition, value) pairs; `otherwise` always holds."""
    return tuple(
        (compile_condition(None if row.is_ is None else row.when), _first(row.is_, row.otherwise))
        for row in rows
    )


# Not `or`: false and 0 are values that a row may give.
def _first(*values: JsonValue) -> JsonValue:
    return next((value for value in values if value is not None), None)


def _compiled(step: Step, by_id: Mapping[str, Step]) -> CompiledStep:
    answer_from = step.answer_from if isinstance(step, Ask) else None
    fact = answer_from if isinstance(answer_from, str) else None
    rows = answer_from if isinstance(answer_from, tuple) else ()
    by_row = [[fact]] if fact else [_lefts(raw) for raw in conditions_of_rows(rows)]
    lefts = [left for row in by_row for left in row]
    return CompiledStep(
        step=step,
        holds=compile_condition(step.show_if),
        needs=tuple(_lefts(step.show_if)),
        fact=fact,
        rows=compile_table(rows),
        from_checks=frozenset(left.partition(".")[0] for left in lefts if "." in left),
        choices=choices_of(step),
        unit=unit_of_fact(fact, by_id) if fact else "",
        sources=tuple(map(source_of, by_row)),
        compared=spec_of(step).compared if isinstance(step, Ask) else unchanged,
        facts=spec_of(step).facts if isinstance(step, Ask) else None,
        has_values=has_braces(step),
    )


def _lefts(raw: JsonValue) -> list[str]:
    return [compare.left for compare in compares_in(raw)]


def _step(raw: Mapping[str, Any]) -> Step:
    # Without any of the words it is validated as a question, whose error names what is missing.
    word = next((word for word in STEP_MODELS if word in raw), "ask")
    step = STEP_MODELS[word].model_validate(raw)
    if isinstance(step, Use):
        raise ValueError("A pinned checklist has its sections in place; this one says 'use'")  # noqa: TRY004
    return step


def _canonical(head: Head, steps: tuple[Step, ...], desk: SupportDesk) -> str:
    content = _plain(head) | {"steps": [_plain(step) for step in steps]}
    # Pinned along: whose draft it is reads the names of its own day.
    if declared := _plain(desk):
        content["desk"] = declared
    # The order of keys is content: choices are shown in the order of the file.
    return json.dumps(content, ensure_ascii=False, sort_keys=False, separators=(",", ":"))


def _plain(model: BaseModel) -> dict[str, Any]:
    # Without defaults, a key that a later release adds leaves the versions of older checklists
    # alone.
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
