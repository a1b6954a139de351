"""Reduces problems of one cause to one: a name that is gone, a lost key, a wrong column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import Listed, Phrase
from intake.authoring.problems import Problem, problem_place

# A step, check or condition that was renamed or removed is reported where it is first named.
_CONDITION_CODES: Final = frozenset({"no-condition", "no-conditions"})
_GONE: Final = frozenset({"no-step", "test-step", "test-each", "test-check"}) | _CONDITION_CODES
# A value that is gone or misspelt: one mistake, wherever it is compared or answered.
_UNKNOWN_VALUE_CODES: Final = frozenset({"no-value", "no-choice", "test-answer", "test-value"})
_OF_CHOICES: Final = frozenset({"row-unfit", "free-words", "no-choice", "no-value"})
_OF_TESTS: Final = frozenset({"test-step", "test-answer"})
_SHAPE_CODES = frozenset({"names-listed", "not-a-mapping", "written-out"})
_DECLARED = {"no-record": "must-have"} | dict.fromkeys(_CONDITION_CODES, "conditions")
_STEP_LINES = 20
_NEAR = (-1, 0, 1)
_EXAMPLE_CODES = frozenset({"example-refused", "example-of-another-kind", "template-in-text"})
_PARAMETER_CODES = frozenset(
    {"no-parameter", "no-parameters", "parameter-missing", "parameter-unknown"}
)
_MISSING_NAME_CODES = frozenset({"no-step", "test-step", "test-each"})


def without_consequences(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems in the order of lines, without those that another's correction mends."""
    causes = tuple(_without_idle_warnings(tuple(_without_echoes(problems))))
    yield from _without_repeated_names(causes)


def _without_repeated_names(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield one problem for a name that is gone, and none for what a lost key or choice entails."""
    ordered = sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))
    without_choices = {_values(p).get("name") for p in ordered if p.code == "few-choices"}
    heads = {(p.file, _values(p)["key"]) for p in ordered if p.code == "head-forgotten"}
    is_cut = any(problem.code == "no-steps" for problem in ordered)
    of_tests = any(problem.code in _OF_TESTS for problem in ordered)
    indented = {(p.file, p.line, p.column) for p in ordered if p.code == "indentation"}
    lines_of_names: dict[tuple[object, ...], list[Problem]] = {}
    for problem in ordered:
        if (name := _unknown_name(problem)) is not None:
            lines_of_names.setdefault(name, []).append(problem)
    for problem in ordered:
        values = _values(problem)
        if (name := _unknown_name(problem)) is not None:
            first, *others = lines_of_names[name]
            if problem is not first:
                continue
            problem = replace(problem, also_lines=_other_lines(first, others))  # noqa: PLW2901
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


def _other_lines(first: Problem, others: Sequence[Problem]) -> tuple[int, ...]:
    """Return the further lines of the first problem's file, each once."""
    lines = {other.line for other in others if other.file == first.file}
    return tuple(sorted(lines - {first.line}))


def _unknown_name(problem: Problem) -> tuple[object, ...] | None:
    """Return what a problem says is unknown: its kind and names; None for other problems."""
    values = _values(problem)
    if problem.code in _GONE:
        kind = "condition" if problem.code in _CONDITION_CODES else "step"
        return kind, values["name"]
    if problem.code in _UNKNOWN_VALUE_CODES:
        return "value", values.get("left", values.get("name")), values["word"]
    if problem.code == "no-queue":
        return "queue", problem.file, values["word"]
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
    } | {str(p.suggestion) for p in problems if p.code == "unknown-key"}
    for problem in problems:
        # A section's parameters would define these names once the mistake in them is corrected.
        is_misnamed = problem.code in _MISSING_NAME_CODES and problem.suggestion is None
        if is_misnamed and (has_bad_parameters or without_takes):
            continue
        if problem.code == "parameter-unknown" and problem.file in without_takes:
            continue
        # These names are declared, in a form that can't be read.
        if _DECLARED.get(problem.code) in unread_keys:
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


def _without_idle_warnings(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems without the warnings that the correction of another one may mend."""
    twice = {p.file for p in problems if p.code == "duplicate-key" and _lines_of_twins(p)}
    marked = {(p.file, p.line + by) for p in problems if p.code == "markup-shown" for by in _NEAR}
    unchosen = {_values(p).get("word") for p in problems if p.code in _UNKNOWN_VALUE_CODES}
    with_unknown_steps = {p.file for p in problems if p.code == "no-step"}
    for problem in problems:
        is_idle = {
            # Under one of the two languages stand the other's words.
            "words-twice": problem.file in twice,
            # The markup has the address.
            "address-in-one": (problem.file, problem.line) in marked,
            # A choice that is gone is also one that a measurement may give.
            "choice-lacking": bool(_listed(problem) & unchosen),
            # The question for the rest may be the one that names a step wrongly.
            "rest-unsaid": problem.file in with_unknown_steps,
        }
        if not is_idle.get(problem.code, False):
            yield problem


def _is_bad_takes(problem: Problem) -> bool:
    return (
        problem.code in ("not-a-mapping", "names-listed")
        and dict(problem.words.parameters)["key"] == "takes"
    )


def _listed(problem: Problem) -> set[object]:
    listed = _values(problem).get("listed")
    return set(listed.parts) if isinstance(listed, Listed) else {listed}


def _bad_name(problem: Problem) -> tuple[str, str]:
    return problem.file, str(dict(problem.words.parameters)["word"])


def _lines_of_twins(problem: Problem) -> tuple[int, ...]:
    named = dict(problem.words.parameters)
    is_language = problem.code == "duplicate-key" and named["key"] in LANGUAGES
    return (problem.line, int(str(named["line"]))) if is_language else ()
