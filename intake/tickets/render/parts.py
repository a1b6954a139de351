"""The parts of a rendered ticket, in one language and before any form's escaping."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer: the question, what was said, whose word it is, and a remark of ours."""

    question: str
    answer: str
    mark: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Both words about one thing."""

    question: str
    answer: str
    measured: str
    follows: str = ""


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One advice: what it said, its moves in order, and what came of it and when."""

    text: str
    moves: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """One observation: a mark for the eye, what was seen, how long it took."""

    mark: str
    text: str
    took: str


@dataclass(frozen=True, slots=True)
class CheckChain:
    """One check: its head, its probes in order, what else was found; or why there is none."""

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
    """What a subject says where the cause stands already; "" where that is all."""
    return subject.replace(cause, "").strip(" :·,-–—")
