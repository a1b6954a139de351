"""Reduces problems of one cause to one: a name that is gone, a lost key, a wrong column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import Phrase
from intake.authoring.problems import Problem, problem_place

# A step, check or condition that was renamed or removed is reported where it is first named.
_GONE: Final = frozenset({"no-step", "test-step", "test-each", "test-check", "no-condition"})
_OF_CHOICES: Final = frozenset({"row-unfit", "free-words", "no-choice", "no-value"})
_OF_TESTS: Final = frozenset({"test-step", "test-answer"})
_SHAPE_CODES = frozenset({"names-listed", "not-a-mapping", "written-out"})
_DECLARED = {"must-have": "no-record", "conditions": "no-condition"}
_STEP_LINES = 20
_EXAMPLE_CODES = frozenset({"example-refused", "example-of-another-kind"})
_PARAMETER_CODES = frozenset(
    {"no-parameter", "no-parameters", "parameter-missing", "parameter-unknown"}
)
_MISSING_NAME_CODES = frozenset({"no-step", "test-step", "test-each"})


def without_consequences(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems in the order of lines, without those that another's correction mends."""
    yield from _without_repeated_names(tuple(_without_echoes(problems)))


def _without_repeated_names(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield one problem for a name that is gone, and none for what a lost key or choice entails."""
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


def _without_echoes(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems without those that only repeat or follow a mistake in the same place."""
    # If a text has one language twice, one of the two was meant to be the other.
    twins = {(other.file, line) for other in problems for line in _lines_of_twins(other)}
    are_errors = any(problem.severity == "error" for problem in problems)
    wrong = {
        (other.file, other.line)
        for other in problems
        if other.severity == "error" or other.code in _EXAMPLE_CODES
    }
    first_lines = {
        _bad_name(other): other.line
        for other in sorted(problems, key=problem_place, reverse=True)
        if other.code == "bad-id"
    }
    lost_step_starts = {(p.file, p.line) for p in problems if p.code == "step-begin-missing"}
    has_bad_parameters = any(other.code in _PARAMETER_CODES for other in problems)
    without_takes = {other.file for other in problems if _is_bad_takes(other)}
    unread_keys = {
        str(dict(p.words.parameters).get("key")) for p in problems if p.code in _SHAPE_CODES
    }
    for problem in problems:
        # A section's parameters would define these names once the mistake in them is corrected.
        is_misnamed = problem.code in _MISSING_NAME_CODES and problem.suggestion is None
        if is_misnamed and (has_bad_parameters or without_takes):
            continue
        if problem.code == "parameter-unknown" and problem.file in without_takes:
            continue
        # These names are declared, in a form that can't be read.
        if any(problem.code == code and key in unread_keys for key, code in _DECLARED.items()):
            continue
        # One message is enough for a badly formed name, at its first place.
        if problem.code == "bad-id" and problem.line > first_lines[_bad_name(problem)]:
            continue
        # A text that must be rewritten anyway will get its languages then.
        if problem.code in ("text-bare", "word-bare") and (problem.file, problem.line) in wrong:
            continue
        # The place that uses the condition may be the one with the error.
        if problem.code == "condition-unused" and are_errors:
            continue
        # These lines belong to the step whose first line is missing.
        if problem.code == "step-begin-lost" and any(
            file == problem.file and 0 < problem.line - line <= _STEP_LINES
            for file, line in lost_step_starts
        ):
            continue
        if problem.code != "text-missing" or (problem.file, problem.line) not in twins:
            yield problem


def _is_bad_takes(problem: Problem) -> bool:
    return (
        problem.code in ("not-a-mapping", "names-listed")
        and dict(problem.words.parameters)["key"] == "takes"
    )


def _bad_name(problem: Problem) -> tuple[str, str]:
    return problem.file, str(dict(problem.words.parameters)["word"])


def _lines_of_twins(problem: Problem) -> tuple[int, ...]:
    named = dict(problem.words.parameters)
    is_language = problem.code == "duplicate-key" and named["key"] in LANGUAGES
    return (problem.line, int(str(named["line"]))) if is_language else ()
