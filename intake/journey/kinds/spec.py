"""What the language knows of one kind of question."""

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
    Why an answer isn't taken yet, in the customer's language: kind, specific, with an example.

    `can_insist`: the same answer is taken, marked, when it is given again with `insisted`.
    `suggestion`: what was probably meant, to put into the field for a yes; insisting takes it.
    """

    code: str
    text: str
    can_insist: bool = True
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What reading one raw answer depends on."""

    step: Ask
    now: datetime
    zone: str
    language: str
    insisted: bool
    read: ReadTarget

    def hint(self, code: str, *, can_insist: bool = True, **words: object) -> Hint:
        """A hint of the journey's own words in the customer's language."""
        text = HINTS[code].in_(self.language).format(**words)
        return Hint(code, text, can_insist)

    @property
    def for_example(self) -> str:
        """The end of a hint: the author's example, or nothing."""
        if self.step.example is None:
            return ""
        example = self.step.example.in_(self.language)
        return HINTS["for-example"].in_(self.language).format(example=example)


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """The reader's time, which "today" is relative to, and when the customer answered."""

    reference: datetime | None = None
    answered_at: datetime | None = None


ReadAnswer = tuple[JsonValue, bool]  # the value to keep, and whether it needed insisting
Reader = Callable[[Asked, JsonValue], ReadAnswer | Hint]
Display = Callable[[Ask, JsonValue, str, ReadingTime], str]
# A measured value and its unit ("" where it has none, None where it is the question's own), to the
# answer that it gives, unrounded and as a person reads it.
MeasuredAnswer = tuple[JsonValue, JsonValue]
ReadMeasured = Callable[[Ask, JsonValue, str | None], MeasuredAnswer | None]
MeasuredShape = Literal["word", "number", "text"]
RoleName = Role | Literal["detail-of"]
OptionalKey = Literal["choices", "unit", "pattern", "bounds"]


def authors_choices(ask: Ask) -> Mapping[str, Text]:
    """The choices that stand in the checklist."""
    return ask.choices


def same_text(first: JsonValue, second: JsonValue) -> bool:
    """Whether two answers are one, upper and lower case and blanks around them aside."""
    if isinstance(first, str) and isinstance(second, str):
        return first.strip().casefold() == second.strip().casefold()
    return first == second


def same_items(first: JsonValue, second: JsonValue) -> bool:
    """Whether two lists hold the same, in any order."""
    if isinstance(first, list) and isinstance(second, list):
        return sorted(map(str, first)) == sorted(map(str, second))
    return first == second


def as_text(_: Ask, value: JsonValue, __: str, ___: ReadingTime) -> str:
    """The answer as it was written."""
    return str(value)


def length_of(value: JsonValue) -> float | None:
    """Characters of a text, items of a list."""
    return len(value) if isinstance(value, list | str) else None


def text_measured(_: Ask, value: JsonValue, __: str | None) -> MeasuredAnswer | None:
    """A measured text as it is; nothing else is one."""
    text = value.strip() if isinstance(value, str) else ""
    return (text, text) if text else None


def never_measured(_: Ask, __: JsonValue, ___: str | None) -> MeasuredAnswer | None:
    """No measurement answers a question of this kind."""
    return None


def unchanged(value: JsonValue) -> JsonValue:
    """The answer itself."""
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """
    One kind of question: how its answers are read, compared, measured and put into words.

    The widget that asks for it stands in `intake.ui`, which has one for each kind too.

    Attributes:
        name: how a checklist names it, as `kind: …`.
        summary: what an answer is, for the reference of the language (English, Markdown).
        read: a raw answer that isn't blank to the value to keep, or to a hint.
        keys: the keys of a question, beyond those of any question, that make sense with it;
            `bounds` are `from` and `to` of `accept`, `pattern` its regular expression.
        choices: a question's choices by id.
        quick_picks: rough answers for one tap, by the word that is kept.
        empty: the value of a question that was passed over.
        sample: an answer that is always taken, for simulated customers; None: its choices are.
        has_several: an answer is a list, and a condition holds when one of its values matches.
        is_number: conditions compare it with numbers and ranges.
        keeps_words: words that were insisted on stand in the place of the number.
        compared: what conditions compare of an answer.
        size: what the bounds of `accept` count; None where there is nothing to count.
        measured: a measured value to the answer that it gives; None where it gives none.
        measured_as: what may be measured in answer to it: one of some words, a number, any text.
        same: whether an answer agrees with a measured one.
        display: an answer, neither unknown nor empty, in words of a language.
        verb: how a condition on it is said: an answer given, one choice chosen, some marked.
        bound_in_words: a number of a condition, in words of a language; of a moment minutes.
        diagnosed_as: what can be measured of an answer.
        identifies_customer: support needs it as a line, wherever it leads.
        roles: what an answer may be to a ticket.
        stands_alone: it needs a screen of its own, for what is attached is kept as it arrives.
        facts: what conditions may ask about an answer, by name; None where there is nothing.
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
    measured: ReadMeasured = never_measured
    measured_as: frozenset[MeasuredShape] = frozenset()
    same: Callable[[JsonValue, JsonValue], bool] = same_text
    display: Display = as_text
    verb: Literal["answered", "chosen", "marked"] = "answered"
    bound_in_words: Callable[[str, str], str] = lambda bound, _: bound
    diagnosed_as: frozenset[TargetKind] = frozenset()
    identifies_customer: bool = False
    roles: frozenset[RoleName] = frozenset()
    facts: Callable[[JsonValue], Mapping[str, JsonValue]] | None = None
