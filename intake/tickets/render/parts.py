"""The parts of a rendered ticket, in one language and before any form's escaping."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer: the question, the answer, and a mark with its source and our remark."""

    question: str
    answer: str
    mark: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer that contradicts a measurement: both, and what follows from that."""

    question: str
    answer: str
    measured: str
    follows: str = ""


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One advice: its text, its steps in order, and its result with the time."""

    text: str
    moves: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """One observation: a mark, what was seen, how long it took."""

    mark: str
    text: str
    took: str


@dataclass(frozen=True, slots=True)
class CheckChain:
    """
    One check: its heading or why there is no report, its probes in order, and its other
    findings.
    """

    head: str
    probes: tuple[ProbeLine, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """One attachment."""

    id: str
    name: str
    about: str


def subject_without_cause(cause: str, subject: str) -> str:
    """Return the subject without the cause, which is shown above it; "" if nothing else is left."""
    return subject.replace(cause, "").strip(" :·,-–—")
