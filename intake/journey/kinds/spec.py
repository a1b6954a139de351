"""The specification of a kind of question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from diagnostics import TargetKind, TargetReading
from intake.journey.hints import HINTS
from intake.journey.model import Text
from intake.journey.steps import Ask, AskKind, Role

ReadTarget = Callable[[str], TargetReading]


@dataclass(frozen=True, slots=True)
class Hint:
    """
    Why an answer isn't accepted yet, in the customer's language.

    `can_insist`: the same answer is accepted, marked, when it is repeated with `insisted`.
    `suggestion`: what was probably meant, to put into the field; insisting accepts it.
    """

    code: str
    text: str
    can_insist: bool = True
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """The context in which one raw answer is read."""

    step: Ask
    now: datetime
    zone: str
    language: str
    insisted: bool
    read: ReadTarget

    def hint(self, code: str, *, can_insist: bool = True, **words: object) -> Hint:
        """Return a hint with a text of ours in the customer's language."""
        text = HINTS[code].in_(self.language).format(**words)
        return Hint(code, text, can_insist)

    @property
    def example_suffix(self) -> str:
        """The author's example as the end of a hint, or ""."""
        if self.step.example is None:
            return ""
        example = self.step.example.in_(self.language)
        return HINTS["for-example"].in_(self.language).format(example=example)


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """The reader's time, to which "today" is relative, and when the customer answered."""

    reference: datetime | None = None
    answered_at: datetime | None = None


ReadAnswer = tuple[JsonValue, bool]  # the value to store, and whether it needed insisting
Reader = Callable[[AnswerContext, JsonValue], ReadAnswer | Hint]
Display = Callable[[Ask, JsonValue, str, ReadingTime], str]
# From a measured value and its unit ("" for none, None for the question's own) to the answer, both
# unrounded and rounded for people.
MeasuredAnswer = tuple[JsonValue, JsonValue]
ReadMeasured = Callable[[Ask, JsonValue, str | None], MeasuredAnswer | None]
MeasuredShape = Literal["word", "number", "text"]
RoleName = Role | Literal["detail-of"]
OptionalKey = Literal["choices", "unit", "pattern", "bounds"]


def authors_choices(ask: Ask) -> Mapping[str, Text]:
    """Return the choices that the author wrote."""
    return ask.choices


def same_text(first: JsonValue, second: JsonValue) -> bool:
    """Compare two answers, ignoring case and surrounding blanks."""
    if isinstance(first, str) and isinstance(second, str):
        return first.strip().casefold() == second.strip().casefold()
    return first == second


def same_items(first: JsonValue, second: JsonValue) -> bool:
    """Compare two lists, ignoring order."""
    if isinstance(first, list) and isinstance(second, list):
        return sorted(map(str, first)) == sorted(map(str, second))
    return first == second


def display_as_written(_: Ask, value: JsonValue, __: str, ___: ReadingTime) -> str:
    """Return the answer as it was written."""
    return str(value)


def length_of(value: JsonValue) -> float | None:
    """Return the number of characters of a text or of items of a list, else None."""
    return len(value) if isinstance(value, list | str) else None


def measured_text(_: Ask, value: JsonValue, __: str | None) -> MeasuredAnswer | None:
    """Return a measured text as the answer; None for any other value."""
    text = value.strip() if isinstance(value, str) else ""
    return (text, text) if text else None


def never_measured(_: Ask, __: JsonValue, ___: str | None) -> MeasuredAnswer | None:
    """Return None: no measurement answers a question of this kind."""
    return None


def unchanged(value: JsonValue) -> JsonValue:
    """Return the answer itself."""
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """
    One kind of question: how its answers are read, compared, measured and put into words.

    Its widget is in `intake.ui`, which has one for each kind.

    Attributes:
        name: its name in a checklist, as `kind: …`.
        summary: what an answer is, for the reference of the language (English, Markdown).
        read: converts a raw, non-blank answer to the value to store, or to a hint.
        keys: the keys, beyond the common ones, that a question of this kind may have;
            `bounds` are `from` and `to` of `accept`, `pattern` its regular expression.
        choices: a question's choices by id.
        quick_picks: labels of rough answers for one tap, by stored value.
        empty: the stored value of a skipped question.
        sample: an answer that is always accepted, for simulated customers; None: use the choices.
        has_several: an answer is a list, and a condition holds when one of its values matches.
        is_number: conditions compare it with numbers and ranges.
        keeps_words: an insisted-on text is stored in place of the number.
        compared: returns the value of an answer that conditions compare.
        size: returns what the bounds of `accept` limit; None if there is nothing to count.
        from_measurement: converts a measured value to an answer; None if it can't be one.
        measured_shapes: the shapes of measured values that can answer it.
        same: checks whether an answer agrees with a measured one.
        display: returns an answer, neither unknown nor empty, in words of a language.
        verb: the verb for a condition on it: answered, chosen, marked.
        bound_in_words: returns a condition's number in words; for a moment it is minutes.
        target_kinds: the kinds of target that an answer can be measured as.
        identifies_customer: support always needs it as a line of the ticket.
        roles: the roles in a ticket that an answer may have.
        stands_alone: it needs a screen of its own, because attachments are stored on arrival.
        facts: returns what conditions may ask about an answer, by name; None if nothing.
    """

    name: AskKind
    summary: str
    read: Reader
    keys: frozenset[OptionalKey] = frozenset()
    choices: Callable[[Ask], Mapping[str, Text]] = authors_choices
    quick_picks: Mapping[str, Text] = field(default_factory=dict)
    empty: JsonValue = ""
    sample: JsonValue = None
    has_several: bool = False
    stands_alone: bool = False
    is_number: bool = False
    keeps_words: bool = False
    compared: Callable[[JsonValue], JsonValue] = unchanged
    size: Callable[[JsonValue], float | None] = length_of
    from_measurement: ReadMeasured = never_measured
    measured_shapes: frozenset[MeasuredShape] = frozenset()
    same: Callable[[JsonValue, JsonValue], bool] = same_text
    display: Display = display_as_written
    verb: Literal["answered", "chosen", "marked"] = "answered"
    bound_in_words: Callable[[str, str], str] = lambda bound, _: bound
    target_kinds: frozenset[TargetKind] = frozenset()
    identifies_customer: bool = False
    roles: frozenset[RoleName] = frozenset()
    facts: Callable[[JsonValue], Mapping[str, JsonValue]] | None = None
