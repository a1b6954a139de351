"""Filters problems: keeps the causes, drops those that only follow from another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from intake.authoring.messages import Phrase
from intake.authoring.problems import Problem
from intake.journey.draft import ENVIRONMENT

# Mistakes that don't affect names and conditions, so a proof is still meaningful.
_HARMLESS_CODES: Final = frozenset(
    {"text-missing", "begging", "no-record", "silent-end", "no-priority"}
    | {"words-no-letters", "words-long", "words-empty"}
    | {"no-queue", "no-product", "no-products"}
    | {
        "test-step",
        "test-answer",
        "test-refused",
        "test-check",
        "test-measured",
        "test-fact",
        "test-value",
    }
    | {
        "test-number",
        "test-each",
        "test-environment",
        "test-outcome",
        "test-end",
        "test-source",
        "test-twice",
    }
)

# Problems of tests that an error in the steps may have caused.
_TEST_CODES: Final = frozenset(
    {"test-step", "test-answer", "test-refused", "test-outcome", "test-end", "test-each"}
)
_FACT_CODES: Final = frozenset(
    {
        "no-fact",
        "fact-of-other",
        "no-value",
        "no-words",
        "test-fact",
        "test-value",
        "test-environment",
    }
)
_ONCE: Final = {
    "relation-units": ("left", "right"),
    "relation-one-unit": ("left", "right"),
    "asked-last": ("name",),
}
_TEXT_CODES: Final = frozenset({"kind-unlike", "unit-in-text", "measured-anyway", "file-demanded"})
_LIMIT_CODES: Final = frozenset({"say-differs", "limits-in-minutes"})
_PATTERN_CODES: Final = frozenset({"pattern-letter", "pattern-takes-nothing", "accept-pattern"})
_STEP_LINES: Final = 12  # at most, between a question's pattern and its example
_TEXT_LINES: Final = 3  # at most, between a text's key and its last language
_UNREACHED_CODES: Final = frozenset({"never-shown", "never-used", "never-reached"})
LACKING_CODES: Final = frozenset({"contact-path", "record-path"})


def without_dependent_problems(problems: Sequence[Problem], *, is_whole: bool) -> Iterator[Problem]:
    """
    Yield the problems without those that may only follow from another one.

    While the steps have errors, problems of tests that may follow from them are dropped; while two
    steps share a name, unknown names of steps are. An item may be lacking only because a step
    misspells its name or is never reached.
    """
    are_steps_right = is_whole and not any(map(prevents_proof, problems))
    is_double = any(problem.code == "duplicate-id" for problem in problems)
    misspelt = {problem.suggestion for problem in problems if problem.code == "no-record"}
    is_hidden = any(problem.code in _UNREACHED_CODES for problem in problems)
    doubtful = {str(_parameters(p)["name"]) for p in problems if p.code == "reserved-id"}
    doubtful |= {name for problem in problems for name in _doubtful_check(problem)}
    patterns = [p for p in problems if p.code in _PATTERN_CODES]
    misfit: dict[str, Problem] = {}
    for problem in problems:
        if problem.code == "fact-of-other":
            misfit.setdefault(str(_parameters(problem)["name"]), problem)
    for problem in _without_same_correction(tuple(_without_dependent(problems))):
        if any(_is_about(problem, name) for name in doubtful):
            continue
        # If the kind of a check doesn't have the facts used, report the first fact only.
        of_kind = next((name for name in misfit if _is_about(problem, name)), None)
        if of_kind is not None and problem is not misfit[of_kind]:
            continue
        if is_hidden and problem.code in LACKING_CODES:
            continue
        # With a wrong pattern, the rejected example may be right.
        if problem.code == "example-refused" and any(
            abs(problem.line - other.line) <= _STEP_LINES and problem.file == other.file
            for other in patterns
        ):
            continue
        is_lacking = problem.code == "record-lacking"
        if is_lacking and (None in misspelt or _parameters(problem)["item"] in misspelt):
            continue
        is_echo = not are_steps_right and problem.code in _TEST_CODES
        is_of_double = (
            is_double and problem.code in ("no-step", "test-check") and problem.suggestion is None
        )
        if not is_echo and not is_of_double:
            yield problem


def _without_dependent(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems without those that depend on how another one is resolved."""
    codes = {problem.code for problem in problems}
    same_advice = {_parameters(p)["name"] for p in problems if p.code == "condition-of-another"}
    of_one = [p for p in problems if p.code == "value-in-one"]
    in_one = [(p.file, p.line, _parameters(p)["name"]) for p in of_one]
    for problem in problems:
        values = _parameters(problem)
        # Of two pieces of advice for one case one will go, together with its text.
        if problem.code == "text-of-another" and values["name"] in same_advice:
            continue
        # If there are too many checks, some will go anyway.
        if problem.code == "check-twice" and "too-many-checks" in codes:
            continue
        # Whether a value needs `otherwise` shows once both languages name it, or neither.
        is_waiting = problem.code == "otherwise-lacking" and any(
            (problem.file, values["left"]) == (file, name)
            and abs(problem.line - line) <= _TEXT_LINES
            for file, line, name in in_one
        )
        if not is_waiting:
            yield problem


def _without_same_correction(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems without those that the correction of another one mends too."""
    codes = {problem.code for problem in problems}
    texts_left = {(p.file, p.line) for p in problems if p.code == "text-of-another"}
    in_two_units = [_parameters(p) for p in problems if p.code == "relation-units"]
    compared = {values[side] for values in in_two_units for side in ("left", "right")}
    mislimited = {_parameters(p)["name"] for p in problems if p.code in _LIMIT_CODES}
    moved: set[object] = set()
    mentioned: set[tuple[object, ...]] = set()
    for problem in problems:
        values = _parameters(problem)
        # Moving a step mends every condition that names it too early.
        if problem.code == "later-step" and moved & {values["name"], (problem.file, problem.line)}:
            continue
        if problem.code == "later-step":
            moved |= {values["name"], (problem.file, problem.line)}
        # Values in two units and answers that come too late: one correction for all their uses.
        if problem.code in _ONCE:
            key = (problem.code, *(values.get(name) for name in _ONCE[problem.code]))
            if key in mentioned:
                continue
            mentioned.add(key)
        if problem.code == "unit-in-text" and values["name"] in compared:
            continue
        # A text that must be rewritten will be judged then.
        if problem.code in _TEXT_CODES and (problem.file, problem.line) in texts_left:
            continue
        is_of_limits = problem.code == "out-of-fact" and values["left"] in mislimited
        # A check that measures the contact needs another question anyway.
        is_second_contact = problem.code == "contact-of-section" and "contact-measured" in codes
        if not is_of_limits and not is_second_contact:
            yield problem


def _parameters(problem: Problem) -> dict[str, object]:
    return dict(problem.words.parameters)


def _doubtful_check(problem: Problem) -> Iterator[str]:
    """Yield the check whose kind is wrong, so that its facts aren't known."""
    at = dict(problem.words.parameters).get("at") if problem.code == "of-unfit" else None
    if isinstance(at, Phrase):
        yield str(dict(at.parameters)["step"])


def _is_about(problem: Problem, name: str) -> bool:
    """Check whether a problem is about the facts of a step."""
    if problem.code not in _FACT_CODES:
        return False
    values = dict(problem.words.parameters).values()
    is_given = problem.code == "test-environment" and name == ENVIRONMENT
    return is_given or any(isinstance(v, str) and f"{v}.".startswith(f"{name}.") for v in values)


def prevents_proof(problem: Problem) -> bool:
    """Check whether a problem prevents the proof: names and conditions may not be as meant."""
    return problem.severity == "error" and problem.code not in _HARMLESS_CODES
