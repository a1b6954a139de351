"""Mistakes in a checklist: where, what, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """
    One mistake at one place; lines and columns count from 1.

    `length` is how many characters the offending words take, for underlining them.
    """

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    suggestion: str | None = None
    length: int = 1

    def __str__(self) -> str:
        """`file:line:column: message`."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}"

    def as_row(self) -> dict[str, str | int | None]:
        """The row that `intake checklists lint --json` prints."""
        row = asdict(self)
        del row["length"]
        return row


class ChecklistErrors(Exception):  # noqa: N818  several at once, and that is the point
    """Every mistake of a checklist at once; warnings come along."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The mistakes without the warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.code


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was probably meant, if one is close enough."""
    found = difflib.get_close_matches(word[:100], list(allowed), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, allowed: Sequence[str], *, at_most: int = 12) -> str:
    """The end of a message: the closest match, or what is allowed."""
    if (near := closest(word, allowed)) is not None:
        return f"; did you mean '{near}'?"
    if not allowed:
        return ""
    listed = ", ".join(allowed[:at_most])
    more = f" and {len(allowed) - at_most} more" if len(allowed) > at_most else ""
    return f"; allowed: {listed}{more}"
