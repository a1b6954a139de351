"""
Corrections are offered only when they were tried: with one in place, less is left to mend.

What is offered is a word instead of the underlined one or, after a slip of YAML, the whole line,
with as many lines below it as change along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from intake.authoring.messages import Phrase, phrase, registry
from intake.authoring.problems import Problem

_MOST_TRIED: Final = 12  # of one file; whoever has more to mend sees them the next time
_MOST_READ: Final = 400_000  # characters, all tries together

_OFFERS: Final = ("did-you-mean", "did-you-mean-bare", "russian-letters", "without-quotes")
_UNREAD: Final = frozenset({"yaml", "keys", "sections"})

Reread = Callable[[str], Sequence[Problem]]  # a text to what is wrong with it, nothing proven


def tried(problems: Iterable[Problem], text: str, file: str, reread: Reread) -> tuple[Problem, ...]:
    """The problems of a text, each with its correction only if that mends it."""
    every = tuple(problems)
    before = _count(every)
    left = min(_MOST_TRIED, _MOST_READ // max(1, len(text)))
    results = []
    for problem in every:
        new = corrected(text, problem) if problem.file == file else None
        if new is None or is_proven(problem):
            results.append(problem)
            continue
        left -= 1
        is_better = left >= 0 and _is_less(before, reread(new), problem)
        results.append(problem if is_better else _without(problem))
    return tuple(results)


def _count(problems: Iterable[Problem]) -> tuple[int, int]:
    """How much is left to mend: errors, then warnings; what is proven comes after all of it."""
    rest = [problem for problem in problems if not is_proven(problem)]
    errors = sum(problem.severity == "error" for problem in rest)
    return errors, len(rest) - errors


def corrected(text: str, problem: Problem) -> str | None:
    """A text with a problem's correction in its place; None where it has none."""
    lines = text.split("\n")
    if not problem.suggestion or problem.line > len(lines):
        return None
    line = lines[problem.line - 1]
    end = "\r" if line.endswith("\r") else ""
    if is_whole_line(problem):
        new = [f"{part}{end}" for part in problem.suggestion.split("\n")]
        lines[problem.line - 1 : problem.line - 1 + len(new)] = new
    else:
        start = problem.column - 1
        lines[problem.line - 1] = line[:start] + problem.suggestion + line[start + problem.length :]
    return "\n".join(lines)


def is_whole_line(problem: Problem) -> bool:
    """Whether the correction stands for the line rather than for the underlined word."""
    return registry()[problem.code].topic == "yaml"


def is_proven(problem: Problem) -> bool:
    """Whether a problem comes from the proof, which has nothing to say before all else is right."""
    return registry()[problem.code].topic == "proof"


def _is_less(before: tuple[int, int], after: Sequence[Problem], problem: Problem) -> bool:
    now = _count(after)
    if now < before:
        return True
    # What couldn't be read at all may hold a mistake of its own, which only now comes to light.
    is_unread = registry()[problem.code].topic in _UNREAD
    is_gone = not any(
        (rest.file, rest.line, rest.severity) == (problem.file, problem.line, "error")
        for rest in after
    )
    return is_unread and now[0] <= before[0] and is_gone


def _without(problem: Problem) -> Problem:
    """The problem without its correction, in the words too."""
    parameters = {
        name: dict(value.parameters).get("instead", phrase("none"))
        for name, value in problem.words.parameters
        if isinstance(value, Phrase) and value.code in _OFFERS
    }
    return replace(problem, suggestion=None, words=problem.words.with_(**parameters))
