"""Problems of a checklist's file: location, message, suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import PAGE, MessageSeverity, Phrase, registry


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; lines and columns count from 1, `length` is in characters."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One mistake at one place; lines and columns count from 1.

    `words` is the message in any language; `suggestion` is the likely correction: a word instead of
    the underlined one or, after a mistake in YAML, the whole line.
    """

    file: str
    line: int
    column: int
    words: Phrase
    suggestion: str | None = None
    length: int = 1

    @classmethod
    def at(cls, file: str, place: Place, words: Phrase, suggestion: str | None = None) -> Problem:
        """Return a problem at a place of a file."""
        return cls(file, place.line, place.column, words, suggestion, place.length)

    @property
    def code(self) -> str:
        """The message's code in the registry; its meaning is stable."""
        return self.words.code

    @property
    def severity(self) -> MessageSeverity:
        """Whether the problem prevents publication ("error") or doesn't ("warning")."""
        return registry()[self.code].severity

    @property
    def message(self) -> str:
        """The message in English."""
        return self.message_in("en")

    def message_in(self, language: str) -> str:
        """Return the message in a language."""
        return self.words.in_(language)

    def link_in(self, language: str) -> str:
        """Return the link to the explanation in a language's documentation."""
        return f"{PAGE.get(language, PAGE['en'])}#{self.code}"

    def __str__(self) -> str:
        """`file:line:column: message`."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}"

    def as_row(self, language: str = "en") -> dict[str, str | int | None]:
        """Return the object that `intake checklists lint --json` prints."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "severity": self.severity,
            "code": self.code,
            "message": self.message_in(language),
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Mistake:
    """
    A mistake somewhere below a node: the path to it, and the message.

    `place` is set if `path` leads only near the mistake; `key` is the name of a missing key.
    """

    path: tuple[str | int, ...]
    words: Phrase
    suggestion: str | None = None
    on_key: bool = False
    place: Place | None = None
    key: str = ""

    @property
    def code(self) -> str:
        """The message's code in the registry."""
        return self.words.code


class ChecklistErrors(Exception):  # noqa: N818  plural, because it carries several
    """All errors of a checklist, together with its warnings."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        # Sorted by place: an author corrects a file from top to bottom.
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems without the warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.code


def without_echoes(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the problems without those that are mere consequences of another one."""
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
        for other in sorted(problems, key=_place, reverse=True)
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


_SHAPE_CODES = frozenset({"names-listed", "not-a-mapping", "written-out"})
_DECLARED = {"must-have": "no-record", "conditions": "no-condition"}
_STEP_LINES = 20
_EXAMPLE_CODES = frozenset({"example-refused", "example-of-another-kind"})
_PARAMETER_CODES = frozenset(
    {"no-parameter", "no-parameters", "parameter-missing", "parameter-unknown"}
)
_MISSING_NAME_CODES = frozenset({"no-step", "test-step", "test-each"})


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
