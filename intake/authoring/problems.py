"""Problems of a checklist's file: location, message, suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from intake.authoring.messages import PAGE, MessageSeverity, Phrase, phrase, registry

_MOST_LINES = 8  # listed at the end of a message


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
    the underlined one or, after a mistake in YAML, the whole line. `also_lines`: further lines of
    the file with the same mistake, which the message lists.
    """

    file: str
    line: int
    column: int
    words: Phrase
    suggestion: str | None = None
    length: int = 1
    also_lines: tuple[int, ...] = ()

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
        """Return the message in a language, with the further lines of the same mistake."""
        words = self.words.in_(language)
        if not self.also_lines:
            return words
        if len(self.also_lines) == 1:
            return words + phrase("also-line", line=self.also_lines[0]).in_(language)
        listed = ", ".join(map(str, self.also_lines[:_MOST_LINES]))
        more = "…" if len(self.also_lines) > _MOST_LINES else ""
        return words + phrase("also-lines", lines=listed + more).in_(language)

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
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=problem_place))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems without the warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def problem_place(problem: Problem) -> tuple[str, int, int, str]:
    """Return the sort key of a problem: its place, then its code."""
    return problem.file, problem.line, problem.column, problem.code
