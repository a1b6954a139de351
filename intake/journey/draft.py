"""A draft: everything a customer answered and everything that was measured, so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from diagnostics.texts import Language, drop_hidden

StepId = str

# Ids of answers given outside the steps, for a hand-over when the checklist has no such step.
OWN_WORDS: Final[StepId] = "in-own-words"
OWN_CONTACT: Final[StepId] = "own-contact"
# Lists what the customer withholds from the ticket: ids of questions and checks, ENVIRONMENT.
LEFT_OUT: Final[StepId] = "left-out"
ENVIRONMENT: Final = "environment"
# Values stored for an empty answer; `NO_ANSWER` includes "I don't know".
LEFT_EMPTY: Final[tuple[JsonValue, ...]] = ("", [])
NO_ANSWER: Final[tuple[JsonValue, ...]] = (None, *LEFT_EMPTY)


class Source(StrEnum):
    """Whose word an answer is."""

    CUSTOMER = "customer"
    MEASURED = "measured"  # we saw it
    INFERRED = "inferred"  # it follows from what we saw
    CONFIRMED = "confirmed"  # measured, and the customer agrees
    CONTRADICTED = "contradicted"  # measured, and the customer says otherwise
    BROWSER = "browser"  # read from the customer's own request, not contradicted
    PANEL = "panel"  # the hoster's control panel says so
    FRIEND = "friend"
    UNKNOWN = "unknown"  # "I don't know", or nobody asked and nothing measured


class Answer(BaseModel):
    """
    The answer to one step.

    `value` is None exactly when the customer doesn't know. Its content depends on the step's kind:
    choice: the choice's id; text, e-mail, target: the text; moment: {"said", "at", "zone"}
    (`at` ISO 8601 with offset, or None when the words name no time); file: a list of file ids;
    letter: {"said", "files", "reading", "sent"};
    tell: "solved" or "go-on". `measured` is the answer that our own measurement proposed, if any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: JsonValue
    source: Source = Source.CUSTOMER
    measured: JsonValue = None
    insisted: bool = False  # kept by the customer after a hint, such as that it says too little
    at: datetime


class CheckRun(BaseModel):
    """
    One run of a check, and its results so far.

    `facts` is what conditions read (`finding`, `cause`, `layer`, `symptom`, `ping`, …), empty
    until `state` is "done"; `report` is the whole report of the diagnosis. `expected` is the
    address
    that the name should resolve to according to the customer, or "".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: StepId
    target: str
    expected: str = ""
    state: Literal["running", "done", "failed"]
    started_at: datetime
    facts: Mapping[str, JsonValue] = Field(default_factory=dict)
    report: Mapping[str, Any] | None = None
    why_failed: str = ""  # for staff: our own failure, never the customer's


def _without_hidden(value: str) -> str:
    return drop_hidden(value, keep_lines=False)


# A request's headers and fields, or a program's words: whoever sends them writes what they like.
_RequestText = Annotated[str, AfterValidator(_without_hidden)]


class Environment(BaseModel):
    """What the customer's own HTTP request reveals; prefilled and shown for confirmation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    browser: _RequestText | None = None  # "Chrome 156"
    os: _RequestText | None = None
    ip: _RequestText | None = None
    locale: _RequestText | None = None
    timezone: _RequestText | None = None  # IANA name
    # The messenger whose link led here, such as "telegram". Left out of JSON when None, so that an
    # earlier release can read all other drafts.
    channel: _RequestText | None = Field(default=None, exclude_if=lambda value: value is None)


class Draft(BaseModel):
    """The whole state of one customer's progress through one checklist."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language
    answers: Mapping[StepId, Answer] = Field(default_factory=dict)
    checks: Mapping[StepId, CheckRun] = Field(default_factory=dict)
    environment: Environment = Environment()


def withheld_names(draft: Draft) -> frozenset[str]:
    """Return the names that the customer withholds from the ticket."""
    return names_in_withheld_answer(draft.answers.get(LEFT_OUT))


def names_in_withheld_answer(answer: Answer | None) -> frozenset[str]:
    """Return the names listed in a LEFT_OUT answer."""
    listed = answer.value if answer is not None and isinstance(answer.value, list) else []
    return frozenset(name for name in listed if isinstance(name, str))
