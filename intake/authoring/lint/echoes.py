"""Which of several problems are the mistakes, and which only follow from another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from intake.authoring.messages import Phrase
from intake.authoring.problems import Problem
from intake.journey.draft import ENVIRONMENT

# Mistakes that leave names and conditions as they are, so that proofs still mean something.
_ASIDE: Final = frozenset(
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

# What is said of something that another mistake may have changed.
_ECHOES: Final = frozenset(
    {"test-step", "test-answer", "test-refused", "test-outcome", "test-end", "test-each"}
)
_OF_FACTS: Final = frozenset(
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
_OF_A_TEXT: Final = frozenset({"kind-unlike", "unit-in-text", "measured-anyway", "file-demanded"})
_OF_LIMITS: Final = frozenset({"say-differs", "limits-in-minutes"})
_OF_PATTERNS: Final = frozenset({"pattern-letter", "pattern-takes-nothing", "accept-pattern"})
_STEP_LINES: Final = 12  # of the longest question between its pattern and its example
_APART: Final = 3  # lines between a text's key and its last language
_NEVER: Final = frozenset({"never-shown", "never-used", "never-reached"})
LACKING_ON_A_PATH: Final = frozenset({"contact-path", "record-path"})


def causes_of(problems: Sequence[Problem], *, is_whole: bool) -> Iterator[Problem]:
    """
    The problems, without those that may only follow from another one.

    A test that names what isn't there any more waits until the steps are mended, and so does a
    name that nobody has while two steps share one. An item may lack only because its name is
    misspelt in a step, whether or not it can be guessed, or because that step never comes.
    """
    are_steps_right = is_whole and not any(map(is_in_the_way, problems))
    is_double = any(problem.code == "duplicate-id" for problem in problems)
    misspelt = {problem.suggestion for problem in problems if problem.code == "no-record"}
    is_hidden = any(problem.code in _NEVER for problem in problems)
    doubtful = {str(_parameters(p)["name"]) for p in problems if p.code == "reserved-id"}
    doubtful |= {name for problem in problems for name in _doubtful_check(problem)}
    patterns = [p for p in problems if p.code in _OF_PATTERNS]
    misfit: dict[str, Problem] = {}
    for problem in problems:
        if problem.code == "fact-of-other":
            misfit.setdefault(str(_parameters(problem)["name"]), problem)
    for problem in _with_changes_of_their_own(tuple(_decided_elsewhere(problems))):
        if any(_is_about(problem, name) for name in doubtful):
            continue
        # A check of another kind than what is named of it: told at the first fact alone.
        of_kind = next((name for name in misfit if _is_about(problem, name)), None)
        if of_kind is not None and problem is not misfit[of_kind]:
            continue
        if is_hidden and problem.code in LACKING_ON_A_PATH:
            continue
        # An example is right where the pattern isn't.
        if problem.code == "example-refused" and any(
            abs(problem.line - other.line) <= _STEP_LINES and problem.file == other.file
            for other in patterns
        ):
            continue
        is_lacking = problem.code == "record-lacking"
        if is_lacking and (None in misspelt or _parameters(problem)["item"] in misspelt):
            continue
        is_echo = not are_steps_right and problem.code in _ECHOES
        is_of_double = (
            is_double and problem.code in ("no-step", "test-check") and problem.suggestion is None
        )
        if not is_echo and not is_of_double:
            yield problem


def _decided_elsewhere(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems, without those that wait for what another one asks."""
    codes = {problem.code for problem in problems}
    same_advice = {_parameters(p)["name"] for p in problems if p.code == "condition-of-another"}
    of_one = [p for p in problems if p.code == "value-in-one"]
    in_one = [(p.file, p.line, _parameters(p)["name"]) for p in of_one]
    for problem in problems:
        values = _parameters(problem)
        # Of two advices for one case one goes, and its text with it.
        if problem.code == "text-of-another" and values["name"] in same_advice:
            continue
        # Of too many checks some go anyway.
        if problem.code == "check-twice" and "too-many-checks" in codes:
            continue
        # Whether a value needs an 'otherwise' is decided once both languages say it, or none.
        is_waiting = problem.code == "otherwise-lacking" and any(
            (problem.file, values["left"]) == (file, name) and abs(problem.line - line) <= _APART
            for file, line, name in in_one
        )
        if not is_waiting:
            yield problem


def _with_changes_of_their_own(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems that a change mends which no other problem asks for already."""
    codes = {problem.code for problem in problems}
    texts_left = {(p.file, p.line) for p in problems if p.code == "text-of-another"}
    in_two_units = [_parameters(p) for p in problems if p.code == "relation-units"]
    compared = {values[side] for values in in_two_units for side in ("left", "right")}
    mislimited = {_parameters(p)["name"] for p in problems if p.code in _OF_LIMITS}
    moved: set[object] = set()
    mentioned: set[tuple[object, ...]] = set()
    for problem in problems:
        values = _parameters(problem)
        # Whatever names a step too early: one move mends them all.
        if problem.code == "later-step" and moved & {values["name"], (problem.file, problem.line)}:
            continue
        if problem.code == "later-step":
            moved |= {values["name"], (problem.file, problem.line)}
        # Two values in two units, or an answer that comes too late: mended once, wherever named.
        if problem.code in _ONCE:
            key = (problem.code, *(values.get(name) for name in _ONCE[problem.code]))
            if key in mentioned:
                continue
            mentioned.add(key)
        if problem.code == "unit-in-text" and values["name"] in compared:
            continue
        # A text that has to be written anew is judged then.
        if problem.code in _OF_A_TEXT and (problem.file, problem.line) in texts_left:
            continue
        is_of_limits = problem.code == "out-of-fact" and values["left"] in mislimited
        # Who measures the contact needs another question anyway.
        is_second_contact = problem.code == "contact-of-section" and "contact-measured" in codes
        if not is_of_limits and not is_second_contact:
            yield problem


def _parameters(problem: Problem) -> dict[str, object]:
    return dict(problem.words.parameters)


def _doubtful_check(problem: Problem) -> Iterator[str]:
    """The check whose kind is the mistake, so that its facts aren't known."""
    at = dict(problem.words.parameters).get("at") if problem.code == "of-unfit" else None
    if isinstance(at, Phrase):
        yield str(dict(at.parameters)["step"])


def _is_about(problem: Problem, name: str) -> bool:
    """Whether a problem is about the facts of a step."""
    if problem.code not in _OF_FACTS:
        return False
    values = dict(problem.words.parameters).values()
    is_given = problem.code == "test-environment" and name == ENVIRONMENT
    return is_given or any(isinstance(v, str) and f"{v}.".startswith(f"{name}.") for v in values)


def is_in_the_way(problem: Problem) -> bool:
    """Whether names and conditions may be others than what is written."""
    return problem.severity == "error" and problem.code not in _ASIDE
