"""A loaded checklist: sections expanded, conditions compiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, JsonValue

from intake.journey.answer_source import source_of, unit_of_fact
from intake.journey.compiled_conditions import Holds, compile_condition
from intake.journey.conditions import comparisons_in
from intake.journey.draft import Source
from intake.journey.kinds import choices_of, spec_of
from intake.journey.kinds.spec import unchanged
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
    A step with its conditions compiled to functions once, because they run on every click.

    `needs` are the left sides of `show-if`; `from_checks` the checks that may answer the step;
    `unit` is the unit of the number in `fact`; `sources` says whose word the answer is, for
    `fact` or for each row. `compared` maps an answer to the value that conditions compare,
    `facts` to the facts that conditions may ask about it. `has_values`: one of its texts has
    names in braces.
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
    A loaded checklist, immutable.

    `desk` is what the department had declared when it was loaded. `source` is the expanded content
    as canonical JSON: a draft pins it, and `from_json` restores the same checklist whatever has
    been
    published since. `version` is the hash of that content.
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
        """Return the questions with a role, in order; at most one of each kind."""
        return tuple(ask for ask in self.asks if ask.role == role)

    def detail_of(self, ask: Ask) -> Ask | None:
        """Return the question for the details that this one's choices don't name, or None."""
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
        """Every condition in the checklist, in the order of the file."""
        for step in self.steps:
            yield from conditions_of(step)
        for table in (self.ticket.priority, self.ticket.queue):
            yield from conditions_of_rows(table)

    def to_json(self) -> str:
        """Return the expanded content as canonical JSON; equal checklists give equal strings."""
        return self.source

    @classmethod
    def from_json(cls, source: str) -> Self:
        """
        Restore a checklist from the output of `to_json`.

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
    """Return a table as (condition, value) pairs; `otherwise` always holds."""
    return tuple(
        (
            compile_condition(None if row.is_ is None else row.when),
            _first_set(row.is_, row.otherwise),
        )
        for row in rows
    )


# Not `or`: false and 0 are values that a row may give.
def _first_set(*values: JsonValue) -> JsonValue:
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
    return [compare.left for compare in comparisons_in(raw)]


def _step(raw: Mapping[str, Any]) -> Step:
    # A step with none of the known words is validated as a question, whose error names the key.
    word = next((word for word in STEP_MODELS if word in raw), "ask")
    step = STEP_MODELS[word].model_validate(raw)
    if isinstance(step, Use):
        raise ValueError("A pinned checklist has its sections in place; this one says 'use'")  # noqa: TRY004
    return step


def _canonical(head: Head, steps: tuple[Step, ...], desk: SupportDesk) -> str:
    content = _plain(head) | {"steps": [_plain(step) for step in steps]}
    # Stored with the checklist, so that an old draft keeps the names it was started with.
    if declared := _plain(desk):
        content["desk"] = declared
    # The order of keys is content: choices are shown in the order of the file.
    return json.dumps(content, ensure_ascii=False, sort_keys=False, separators=(",", ":"))


def _plain(model: BaseModel) -> dict[str, Any]:
    # Defaults are left out, so that a key added by a later release doesn't change the version of
    # older checklists.
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
