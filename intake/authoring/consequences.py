"""Reduces problems of one cause to one: a name that is gone, a lost key, a wrong column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from intake.authoring.messages import Phrase
from intake.authoring.problems import Problem

# A step, check or condition that was renamed or removed is reported where it is first named.
_GONE: Final = frozenset({"no-step", "test-step", "test-each", "test-check", "no-condition"})
_OF_CHOICES: Final = frozenset({"row-unfit", "free-words", "no-choice", "no-value"})
_OF_TESTS: Final = frozenset({"test-step", "test-answer"})


def without_consequences(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems in the order of lines, without those that another's correction mends."""
    ordered = sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))
    without_choices = {_values(p).get("name") for p in ordered if p.code == "few-choices"}
    heads = {(p.file, _values(p)["key"]) for p in ordered if p.code == "head-forgotten"}
    is_cut = any(problem.code == "no-steps" for problem in ordered)
    of_tests = any(problem.code in _OF_TESTS for problem in ordered)
    indented = {(p.file, p.line, p.column) for p in ordered if p.code == "indentation"}
    mentioned: set[tuple[str, object]] = set()
    for problem in ordered:
        values = _values(problem)
        if (name := _gone_name(problem)) is not None:
            if name in mentioned:
                continue
            mentioned.add(name)
        is_of_choices = problem.code in _OF_CHOICES and (
            {values.get("name"), values.get("left")} & without_choices
        )
        of = values.get("of")
        is_of_head = (
            problem.code == "missing"
            and isinstance(of, Phrase)
            and (problem.file, _values_of(of).get("key")) in heads
        )
        # Only advice offers "solved"; if it is gone, tests name an unknown step or answer too.
        is_of_test = problem.code == "test-end" and of_tests and values["word"] == "solved"
        is_lacking = problem.code == "contact-lacking" and is_cut
        above = (problem.file, problem.line - 1, problem.column)
        is_below = problem.code == "indentation" and above in indented
        if not (is_of_choices or is_of_head or is_of_test or is_lacking or is_below):
            yield problem


def _gone_name(problem: Problem) -> tuple[str, object] | None:
    """Return the kind and the unknown name that a problem is about, or None."""
    values = _values(problem)
    if problem.code in _GONE:
        kind = "condition" if problem.code == "no-condition" else "step"
        return kind, values["name"]
    if problem.code == "no-queue" and problem.suggestion is None:
        return "queue", values["word"]
    return None


def _values(problem: Problem) -> dict[str, object]:
    return _values_of(problem.words)


def _values_of(words: Phrase) -> dict[str, object]:
    return dict(words.parameters)
