"""Turns a raw answer into an `Answer` to store or a `Hint` to show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import JsonValue

from diagnostics import read_target
from intake.journey.answer_constraints import is_accepted
from intake.journey.draft import LEFT_EMPTY, Answer, Source
from intake.journey.hints import HINTS
from intake.journey.kinds import AnswerContext, Hint, KindSpec, ReadTarget, choices_of, spec_of
from intake.journey.kinds.input_text import is_blank
from intake.journey.kinds.spec import ReadAnswer
from intake.journey.operands import operand_of_step
from intake.journey.steps import Check, End, Step, Tell

__all__ = ["Hint", "Proposal", "ReadTarget", "accept", "reconcile"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The answer that a measurement or the customer's browser proposes; `fact` names its origin."""

    value: JsonValue
    source: Source
    fact: str


def accept(  # noqa: PLR0913  what one answer depends on
    step: Step,
    raw: JsonValue,
    *,
    now: datetime,
    zone: str = "UTC",
    language: str = "en",
    insisted: bool = False,
    proposal: Proposal | None = None,
    read: ReadTarget = read_target,
) -> Answer | Hint:
    """
    Check a raw answer to a step and reconcile it with what was measured.

    `raw` None is "I don't know"; "" (or no files) passes an optional question. `read` parses
    targets; pass one that knows the operator's networks and ports.

    Raises:
        TypeError: the step is a check or an end, which take no answer.
    """
    if isinstance(step, Tell):
        return _accept_move(step, raw, now, language)
    if isinstance(step, Check | End):
        raise TypeError(f"'{step.id}' is no question, so it takes no answer")
    asked = AnswerContext(step, now, zone, language, insisted, read)
    if step.is_contact:
        return _read_contact(asked, raw, now)
    return _accept_answer(asked, raw, proposal)


def _accept_answer(
    asked: AnswerContext, raw: JsonValue, proposal: Proposal | None
) -> Answer | Hint:
    step, now, insisted = asked.step, asked.now, asked.insisted
    measured = proposal.value if proposal else None
    # For an optional question that offers no "I don't know", None is a blank answer, read below.
    if raw is None and (step.dont_know or step.required):
        if not step.dont_know and not insisted:
            return asked.hint("dont-know-off")
        # Where "I don't know" is offered it is a full answer, so nothing was insisted on.
        insisted = insisted and not step.dont_know
        return Answer(
            value=None, source=Source.UNKNOWN, measured=measured, insisted=insisted, at=now
        )
    # The customer confirmed the measured value: it is already valid, so no hint may refuse it.
    if proposal is not None and raw == proposal.value:
        source = reconcile(spec_of(step), proposal.value, proposal)
        return Answer(value=proposal.value, source=source, measured=measured, at=now)
    taken = _read(asked, raw)
    if isinstance(taken, Hint):
        return taken
    value, was_insisted = taken
    source = reconcile(spec_of(step), value, proposal)
    return Answer(value=value, source=source, measured=measured, insisted=was_insisted, at=now)


def _read_contact(asked: AnswerContext, raw: JsonValue, now: datetime) -> Answer | Hint:
    """Read a contact; unlike other answers, one that can't be reached is never accepted."""
    if is_blank(raw) and asked.step.required:
        return asked.hint("contact", can_insist=False)
    taken = _read(asked, raw)
    if isinstance(taken, Hint):
        return taken
    value, was_insisted = taken
    if was_insisted:
        hint = _read(replace(asked, insisted=False), raw)
        if isinstance(hint, Hint) and hint.code != "not-accepted":
            return replace(hint, can_insist=False)
    return Answer(value=value, insisted=was_insisted, at=now)


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    """Return the value and whether it needed insisting, or a hint if it isn't accepted yet."""
    if is_blank(raw):
        return _read_blank(asked)
    taken = spec_of(asked.step).read(asked, raw)
    if isinstance(taken, Hint) or asked.step.accept is None or is_accepted(asked.step, taken[0]):
        return taken
    if asked.insisted:
        return taken[0], True
    return Hint("not-accepted", asked.step.accept.say.in_(asked.language))


def _read_blank(asked: AnswerContext) -> ReadAnswer | Hint:
    """Read an empty answer: it passes an optional question."""
    empty = spec_of(asked.step).empty
    if not asked.step.required:
        return empty, False
    if asked.insisted:
        return empty, True
    code = "empty-choice" if choices_of(asked.step) else "empty"
    if spec_of(asked.step).quick_picks:
        code = "empty-with-picks"
    return asked.hint(code, example=asked.example_suffix)


def reconcile(spec: KindSpec, value: JsonValue, proposal: Proposal | None) -> Source:
    """
    Return whose word an answer is, given what was measured.

    A passed question contradicts nothing.
    """
    if proposal is None or value in LEFT_EMPTY:
        return Source.CUSTOMER
    if not spec.same(value, proposal.value):
        return Source.CONTRADICTED
    return Source.BROWSER if proposal.source is Source.BROWSER else Source.CONFIRMED


def _accept_move(step: Tell, raw: JsonValue, now: datetime, language: str) -> Answer | Hint:
    moves = operand_of_step(step).values or ()
    if raw in moves:
        return Answer(value=raw, at=now)
    text = HINTS["move"].in_(language).format(allowed=", ".join(moves))
    return Hint("move", text, can_insist=False)
