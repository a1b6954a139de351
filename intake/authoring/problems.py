"""Mistakes in a checklist: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import PAGE, MessageSeverity, Phrase, registry


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; lines and columns count from 1, `length` is for underlining."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One mistake at one place; lines and columns count from 1.

    `words` says what is wrong in any language; `suggestion` is what probably belongs there: a word
    instead of the underlined one, or, after a slip of YAML, the whole line.
    """

    file: str
    line: int
    column: int
    words: Phrase
    suggestion: str | None = None
    length: int = 1

    @classmethod
    def at(cls, file: str, place: Place, words: Phrase, suggestion: str | None = None) -> Problem:
        """A problem at a place of a file."""
        return cls(file, place.line, place.column, words, suggestion, place.length)

    @property
    def code(self) -> str:
        """The message's name in the registry; it never changes its meaning."""
        return self.words.code

    @property
    def severity(self) -> MessageSeverity:
        """Whether it keeps the checklist from going live."""
        return registry()[self.code].severity

    @property
    def message(self) -> str:
        """The message in English."""
        return self.message_in("en")

    def message_in(self, language: str) -> str:
        """The message in a language."""
        return self.words.in_(language)

    def link_in(self, language: str) -> str:
        """Where the documentation explains it in a language."""
        return f"{PAGE.get(language, PAGE['en'])}#{self.code}"

    def __str__(self) -> str:
        """`file:line:column: message`."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}"

    def as_row(self, language: str = "en") -> dict[str, str | int | None]:
        """The row that `intake checklists lint --json` prints."""
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
    A mistake somewhere below a node: the way to it, and what is wrong there.

    `place` is given where `path` leads only to something near the mistake; `key` is one that lacks.
    """

    path: tuple[str | int, ...]
    words: Phrase
    suggestion: str | None = None
    on_key: bool = False
    place: Place | None = None
    key: str = ""

    @property
    def code(self) -> str:
        """The message's name in the registry."""
        return self.words.code


class ChecklistErrors(Exception):  # noqa: N818  several at once, and that is the point
    """Every mistake of a checklist at once; warnings come along."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        # By place, whoever found them: an author mends a file from its top.
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The mistakes without the warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.code


def without_echoes(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems, without those that only follow from another one."""
    # Where a language stands twice in a text, one of the two was meant to be the other.
    twins = {(other.file, line) for other in problems for line in _lines_of_twins(other)}
    are_errors = any(problem.severity == "error" for problem in problems)
    wrong = {
        (other.file, other.line)
        for other in problems
        if other.severity == "error" or other.code in _OF_EXAMPLES
    }
    bad = {
        _bad_name(other): other.line
        for other in sorted(problems, key=_place, reverse=True)
        if other.code == "bad-id"
    }
    begun = {(p.file, p.line) for p in problems if p.code == "step-begin-missing"}
    is_misgiven = any(other.code in _MISGIVEN for other in problems)
    takes_nothing = {other.file for other in problems if _is_of_takes(other)}
    unread = {str(dict(p.words.parameters).get("key")) for p in problems if p.code in _OF_SHAPE}
    for problem in problems:
        # Names that a section would get by what is given to it, or by what it takes.
        is_misnamed = problem.code in _OF_MISSING_NAMES and problem.suggestion is None
        if is_misnamed and (is_misgiven or takes_nothing):
            continue
        if problem.code == "parameter-unknown" and problem.file in takes_nothing:
            continue
        # Names that were declared in a form which can't be read.
        if any(problem.code == code and key in unread for key, code in _DECLARED.items()):
            continue
        # Wherever else a name stands that is none, it is the same mistake.
        if problem.code == "bad-id" and problem.line > bad[_bad_name(problem)]:
            continue
        # A text that has to be written anew gets its languages then.
        if problem.code in ("text-bare", "word-bare") and (problem.file, problem.line) in wrong:
            continue
        # Where something is wrong, that may be the place which should name the condition.
        if problem.code == "condition-unused" and are_errors:
            continue
        # The rest of the step whose first line is lost.
        if problem.code == "step-begin-lost" and any(
            file == problem.file and 0 < problem.line - line <= _STEP_LINES for file, line in begun
        ):
            continue
        if problem.code != "text-missing" or (problem.file, problem.line) not in twins:
            yield problem


_OF_SHAPE = frozenset({"names-listed", "not-a-mapping", "written-out"})
_DECLARED = {"must-have": "no-record", "conditions": "no-condition"}
_STEP_LINES = 20
_OF_EXAMPLES = frozenset({"example-refused", "example-of-another-kind"})
_MISGIVEN = frozenset({"no-parameter", "no-parameters", "parameter-missing", "parameter-unknown"})
_OF_MISSING_NAMES = frozenset({"no-step", "test-step", "test-each"})


def _is_of_takes(problem: Problem) -> bool:
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
