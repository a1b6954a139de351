"""The place where the YAML parser stopped; only this file interprets its error messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError


class Sign(Enum):
    """A cause that the parser's error message states."""

    IN_BRACES = auto()
    IN_QUOTES = auto()
    NO_COLON_AFTER_KEY = auto()
    SECOND_COLON = auto()
    BLOCK_NOT_ENDED = auto()
    CLOSED_TWICE = auto()
    END_OF_FILE = auto()
    NO_COLON = auto()
    TAB = auto()
    BACKSLASH = auto()
    BAD_START = auto()


# ruamel.yaml has no error codes, only sentences: what it was reading ("context") and the error
# ("problem"). A release with other sentences fails the tests of the bad checklists.
_OF_CONTEXT: Final[Mapping[Sign, tuple[str, ...]]] = {
    Sign.IN_BRACES: ("flow",),
    Sign.IN_QUOTES: ("quoted",),
    Sign.NO_COLON_AFTER_KEY: ("simple key",),
}
_OF_PROBLEM: Final[Mapping[Sign, tuple[str, ...]]] = {
    Sign.SECOND_COLON: ("mapping values",),
    Sign.BLOCK_NOT_ENDED: ("block end",),
    Sign.END_OF_FILE: ("end of stream", "stream end"),
    Sign.NO_COLON: ("could not find expected ':'",),
    Sign.TAB: ("\\t",),
    Sign.BACKSLASH: ("escape",),
    Sign.BAD_START: ("cannot start",),
}
_CLOSING: Final = ("'}'", "']'")


@dataclass(frozen=True, slots=True)
class Stop:
    """Where reading stopped, and what was open there; lines and columns count from 0."""

    signs: frozenset[Sign]
    line: int
    column: int
    opened: int
    opened_at: int

    @classmethod
    def of(cls, error: MarkedYAMLError) -> Self:
        """Convert the parser's error."""
        mark = error.problem_mark or error.context_mark
        begun = error.context_mark or mark
        problem, context = str(error.problem or ""), str(error.context or "")
        if mark is None or begun is None:
            return cls(_signs(problem, ""), 0, 0, 0, 0)
        return cls(_signs(problem, context), mark.line, mark.column, begun.line, begun.column)

    def says(self, sign: Sign) -> bool:
        """Check whether the parser's message states this cause."""
        return sign in self.signs

    @property
    def is_inside(self) -> bool:
        """Whether an unclosed brace or quotation mark includes the lines up to here."""
        return bool(self.signs & {Sign.IN_BRACES, Sign.IN_QUOTES})


def _signs(problem: str, context: str) -> frozenset[Sign]:
    signs = [sign for sign, parts in _OF_CONTEXT.items() if any(part in context for part in parts)]
    signs += [sign for sign, parts in _OF_PROBLEM.items() if any(part in problem for part in parts)]
    if problem.endswith(_CLOSING):
        signs.append(Sign.CLOSED_TWICE)
    return frozenset(signs)
