"""
Tries corrections: only one that leaves fewer problems in the file is offered.

A correction is a word instead of the underlined one or, after a mistake in YAML, the whole line
together with the lines below it that change too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from intake.authoring.messages import Phrase, phrase, registry
from intake.authoring.problems import Problem

_MAX_TRIES: Final = 12  # in one file; further corrections are offered after the next change
_MAX_CHARACTERS: Final = 400_000  # read by all tries together

_OFFERS: Final = ("did-you-mean", "did-you-mean-bare", "russian-letters", "without-quotes")
_UNREAD: Final = frozenset({"yaml", "keys", "sections"})

Reread = Callable[[str], Sequence[Problem]]  # the problems of a text, without the proof


def without_failed_suggestions(
    problems: Iterable[Problem], text: str, file: str, reread: Reread
) -> tuple[Problem, ...]:
    """Return the problems of a text, without the suggestions that don't improve it."""
    every = tuple(problems)
    before = _count(every)
    left = min(_MAX_TRIES, _MAX_CHARACTERS // max(1, len(text)))
    results = []
    for problem in every:
        new = corrected(text, problem) if problem.file == file else None
        if new is None or is_proven(problem):
            results.append(problem)
            continue
        left -= 1
        is_better = left >= 0 and _is_better(before, reread(new), problem)
        results.append(problem if is_better else _without_suggestion(problem))
    return tuple(results)


def _count(problems: Iterable[Problem]) -> tuple[int, int]:
    """Return the numbers of errors and of warnings, without the problems of the proof."""
    rest = [problem for problem in problems if not is_proven(problem)]
    # A mistake that stands on several lines counts for each: a correction mends one of them.
    counts = {"error": 0, "warning": 0}
    for problem in rest:
        counts[problem.severity] += 1 + len(problem.also_lines)
    return counts["error"], counts["warning"]


def corrected(text: str, problem: Problem) -> str | None:
    """Return a text with a problem's suggestion applied, or None if it has none."""
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
    """Check whether the suggestion replaces the whole line rather than the underlined word."""
    return registry()[problem.code].topic == "yaml"


def is_proven(problem: Problem) -> bool:
    """Check whether a problem comes from the proof, which runs only if there are no errors."""
    return registry()[problem.code].topic == "proof"


def _is_better(before: tuple[int, int], after: Sequence[Problem], problem: Problem) -> bool:
    now = _count(after)
    if now < before:
        return True
    # A part that couldn't be read may have mistakes of its own, which only show now.
    is_unread = registry()[problem.code].topic in _UNREAD
    is_gone = not any(
        (rest.file, rest.line, rest.severity) == (problem.file, problem.line, "error")
        for rest in after
    )
    return is_unread and now[0] <= before[0] and is_gone


def _without_suggestion(problem: Problem) -> Problem:
    """Return the problem without its suggestion, neither as a value nor in its message."""
    parameters = {
        name: dict(value.parameters).get("instead", phrase("none"))
        for name, value in problem.words.parameters
        if isinstance(value, Phrase) and value.code in _OFFERS
    }
    return replace(problem, suggestion=None, words=problem.words.with_(**parameters))
